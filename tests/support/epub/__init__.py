"""The rules of EPUB 3.3 as EPUBCheck knows them, as far as the app's books can break them."""
