"""The server's settings. The token is not here: the server takes it from its environment."""

import os

c = get_config()  # noqa: F821  # Jupyter gives it to its configuration files

c.ServerApp.ip = "0.0.0.0"
c.ServerApp.port = int(os.environ.get("PORT", "8888"))
c.ServerApp.base_url = os.environ.get("BASE_URL", "/notebooks/")
c.ServerApp.root_dir = os.environ["WORK_FOLDER"]
c.ServerApp.open_browser = False
c.ServerApp.terminals_enabled = False
c.ServerApp.quit_button = False
c.ServerApp.jpserver_extensions = {"jupyter_lsp": False}
c.PasswordIdentityProvider.allow_password_change = False
c.AsyncFileContentsManager.delete_to_trash = False
c.MappingKernelManager.cull_idle_timeout = 3600
# The server asks nobody outside whether there is something new, and installs nothing.
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.news_url = None
c.LabApp.extension_manager = "readonly"
