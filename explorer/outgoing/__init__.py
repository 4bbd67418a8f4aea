"""What leaves the program: replies, code."""
