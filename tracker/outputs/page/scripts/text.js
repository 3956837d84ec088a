// All that the page says: its words, out of the JSON that Python puts into the page, and numbers and days written out.
//
// The rules of numbers and days are those of Python's tables; tests/fixtures/numbers.json holds both to them.
import {isoOf} from "./calendar.js";

let catalogue = {}, language = "en";

// Take the words of a page, by key, and its language.
export function useWords(words, lang) {
  catalogue = words;
  language = lang;
}

// A text of the page, with values for its {names}; names without a value stay as they are.
export function say(key, values = {}) {
  return catalogue[key].replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? values[name] : whole));
}

// A text that depends on a number: `key`_one, `key`_few or `key`_many.
export function sayMany(key, n) {
  const form = new Intl.PluralRules(language).select(n);
  return say(key + "_" + (form === "one" || form === "few" ? form : "many"), {n});
}

export const daysText = (days) => sayMany("days", days);

// A list of words that is kept as one text.
export const sayList = (key) => say(key).split(" ");

// Numbers ------------------------------------------------------------------------------------------------------------

const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, say("between_thousands"));

export const count = (number) => grouped(String(number));

// One decimal. Python rounds a half to the even digit, toFixed away from zero; of the halves that a binary number can
// hold (a quarter and three quarters) the two differ on the quarter.
export function decimal(number, {signed = false} = {}) {
  const size = Math.abs(number);
  const [whole, digit] = (size % 1 === 0.25 ? size - 0.05 : size).toFixed(1).split(".");
  const sign = signed && (whole !== "0" || digit !== "0") ? (number > 0 ? "+" : "−") : "";
  return sign + grouped(whole) + say("before_decimals") + digit;
}

// Square metres as km²; a dash for what is not known.
export const km2 = (m2, options) => (m2 === null ? "–" : decimal(m2 / 1e6, options));

export const km = (metres) => decimal(metres / 1000) + " " + say("km");

// Days ---------------------------------------------------------------------------------------------------------------

// The day so many days after `first`.
export function dayText(first, day) {
  const [year, month, date] = isoOf(first, day).split("-").map(Number);
  return date + " " + sayList("month_names")[month - 1] + " " + year;
}

// The same with a time in Kyiv, in minutes of the day.
export function instantText(first, day, minutes) {
  const two = (number) => String(number).padStart(2, "0");
  return dayText(first, day) + ", " + two(Math.floor(minutes / 60)) + ":" + two(minutes % 60) + " " + say("kyiv");
}
