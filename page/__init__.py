"""What a person sees: answers, sources and documents as HTML, and the rules that keep them harmless."""
