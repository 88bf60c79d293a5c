"""What dirties a scraped page, one module a kind: characters, shifted bytes, page furniture, line breaks."""
