"""The texts of a comic whose lettering is text: read in a language, and edited by hand."""
