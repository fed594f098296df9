"""Key policies as values: the right one written, a given one checked, either one as text."""
