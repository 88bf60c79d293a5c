"""What we claim, measured, beside what others would have built."""
