"""Small stand-ins for large model files, in the true layouts, made from random numbers."""
