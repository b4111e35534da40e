"""What is kept. Knows nothing of HTTP or engines."""
