// Distances on the ground.

// In degrees of latitude, to tell what is nearer: a degree of longitude is two thirds of one of latitude in Ukraine.
export const flatDistance = (start, end) => Math.hypot(start[0] - end[0], (start[1] - end[1]) * 0.66);

// The length of the geodesic on the WGS 84 ellipsoid in metres, by the inverse formula of Vincenty (1975), which is
// good to half a millimetre; two points of one country are never where it fails, on opposite sides of the Earth.
export function metres(start, end) {
  const a = 6378137, f = 1 / 298.257223563, b = a * (1 - f), radians = Math.PI / 180;
  const reduced = (lat) => Math.atan((1 - f) * Math.tan(lat * radians));
  const u1 = reduced(start[0]), u2 = reduced(end[0]), longitude = (end[1] - start[1]) * radians;
  const sines = Math.sin(u1) * Math.sin(u2), cosines = Math.cos(u1) * Math.cos(u2);
  let lambda = longitude, sigma, sinSigma, cosSigma, cosSqAlpha, cosMiddle;
  for (let round = 0, moved = 1; round < 50 && moved > 1e-12; round++) {
    const across = Math.cos(u2) * Math.sin(lambda);
    const along = Math.cos(u1) * Math.sin(u2) - Math.sin(u1) * Math.cos(u2) * Math.cos(lambda);
    sinSigma = Math.hypot(across, along);
    if (sinSigma === 0) return 0;
    cosSigma = sines + cosines * Math.cos(lambda);
    sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (cosines * Math.sin(lambda)) / sinSigma;
    cosSqAlpha = 1 - sinAlpha ** 2;
    cosMiddle = cosSqAlpha ? cosSigma - (2 * sines) / cosSqAlpha : 0;
    const c = (f / 16) * cosSqAlpha * (4 + f * (4 - 3 * cosSqAlpha)), last = lambda;
    const series = cosMiddle + c * cosSigma * (2 * cosMiddle ** 2 - 1);
    lambda = longitude + (1 - c) * f * sinAlpha * (sigma + c * sinSigma * series);
    moved = Math.abs(lambda - last);
  }
  const k = (cosSqAlpha * (a ** 2 - b ** 2)) / b ** 2;
  const major = 1 + (k / 16384) * (4096 + k * (-768 + k * (320 - 175 * k)));
  const minor = (k / 1024) * (256 + k * (-128 + k * (74 - 47 * k)));
  const third = (minor / 6) * cosMiddle * (4 * sinSigma ** 2 - 3) * (4 * cosMiddle ** 2 - 3);
  const shift = minor * sinSigma * (cosMiddle + (minor / 4) * (cosSigma * (2 * cosMiddle ** 2 - 1) - third));
  return b * major * (sigma - shift);
}

// The lengths of the steps between points, in metres.
export const stepsOf = (points) => points.slice(1).map((end, i) => metres(points[i], end));

// Where the label of a step stands.
export const middleOf = (start, end) => [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2];
