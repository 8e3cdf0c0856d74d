"""Between the page and whoever uses it: requests, start and end of the server, temporary files, private parts of Gradio."""
