"""The store of static files of an installation."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

_OURS = "js/*.js"
_NAMES = (
    (r"""(?P<matched>\bfrom\s+"(?P<url>\.[^"]+)")""", 'from "%(url)s"'),
    (r"""(?P<matched>\bimport\s+"(?P<url>\.[^"]+)")""", 'import "%(url)s"'),
    (r"""(?P<matched>\bimport\(\s*"(?P<url>\.[^"]+)"\s*\))""", 'import("%(url)s")'),
)


class HashedModules(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise ships no types
    """Hashed names inside `import … from "./x.js"` of our own modules too; those of libraries stay as they came.

    Otherwise a module that a page names and another imports would be loaded twice, under two names, with two states.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, (_OURS, _NAMES))
