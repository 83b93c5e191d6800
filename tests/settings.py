"""The portal's settings as the tests run them: no environment needed, nothing slow, tasks run at once."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
if "DATA_DIR" not in os.environ:
    scratch = tempfile.TemporaryDirectory(prefix="par-portal-tests-", ignore_cleanup_errors=True)
    os.environ["DATA_DIR"] = scratch.name
os.environ["DEMO"] = "on"
os.environ["DEBUG"] = "off"

from parportal.settings import *  # noqa: F403

Path(os.environ["DATA_DIR"]).mkdir(parents=True, exist_ok=True)  # no test depends on another to make it

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
