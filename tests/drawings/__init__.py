"""Our own drawings of the ten classes, as pen strokes: for evaluation, never for training."""
