"""What is needed to deploy the app and to work on it: the template, the package, the editor, the workflows."""
