"""A case's story on one page, in English or Chinese: replayed through the core, then told.

`story` gathers what concerns the case; `page` tells it; `bridge` knows a bridge loan's money and what is still owed;
`texts_en` and `texts_zh` hold every text, one table per language; `language` puts values into them.
"""

from collections.abc import Mapping
from types import MappingProxyType

from drawbridge.explain.language import Language
from drawbridge.explain.page import tell
from drawbridge.explain.story import Story
from drawbridge.explain.texts_en import ENGLISH
from drawbridge.explain.texts_zh import CHINESE

#: by the code that `--lang` takes
LANGUAGES: Mapping[str, Language] = MappingProxyType({"en": ENGLISH, "zh": CHINESE})

__all__ = ["LANGUAGES", "Language", "Story", "tell"]
