"""A field that takes files, and says in the page's language which and how large."""

from collections.abc import Sequence
from typing import Literal, overload

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from qm.ui.here import Here


@overload
def upload_field(
    page: Here, label: str, kinds: Sequence[str], *, megabytes: int, key: str
) -> UploadedFile | None: ...


@overload
def upload_field(
    page: Here,
    label: str,
    kinds: Sequence[str],
    *,
    megabytes: int,
    key: str,
    several: Literal[True],
) -> list[UploadedFile]: ...


def upload_field(
    page: Here,
    label: str,
    kinds: Sequence[str],
    *,
    megabytes: int,
    key: str,
    several: bool = False,
) -> UploadedFile | list[UploadedFile] | None:
    """Return the file that was chosen, or (`several`) the files; the style hides what else is told.

    Streamlit says kinds and size in English only, and cuts a long line of them off.
    """
    upload = st.file_uploader(
        label, type=kinds, accept_multiple_files=several, max_upload_size=megabytes, key=key
    )
    told = page._("{kinds}; up to {megabytes} MB each")
    listed = page.listed(kind.upper() for kind in kinds)
    number = page.number(megabytes, 0)
    st.caption(told.format(kinds=listed, megabytes=number))
    return upload
