"""What comes from outside, and its bounds: queries, pictures, samples, data sets."""
