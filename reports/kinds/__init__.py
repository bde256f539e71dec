"""One reader's question per file: from model objects to a document, and to the JSON other programs rely on."""
