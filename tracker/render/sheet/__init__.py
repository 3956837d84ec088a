"""The printed sheet of `tracker.render.figure`, in parts: apart from the renderers, so that matplotlib loads late."""
