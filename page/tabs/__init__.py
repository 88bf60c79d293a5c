"""The page's tabs, one file each, with `build(desk, tab)`: its widgets and what they do."""
