"""The review screen in JupyterLab: `ndaudit.review(store)`."""
