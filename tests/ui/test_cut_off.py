"""What comes from the browser while a callback runs does not make it forget what was entered."""

import pytest
from streamlit.testing.v1 import AppTest


def page() -> None:
    """A field whose callback is interrupted as soon as Streamlit may: something new came."""
    import streamlit as st  # noqa: PLC0415 (AppTest runs the source alone)
    from streamlit.runtime.scriptrunner import (  # noqa: PLC0415
        RerunData,
        get_script_run_ctx,
    )

    from qm.ui.cut_off import entered  # noqa: PLC0415

    kept: list[str] = st.session_state.setdefault("kept", [])
    asks_streamlit = st.session_state.setdefault("asks_streamlit", False)

    def changed() -> None:
        context = get_script_run_ctx()
        assert context is not None
        assert context.script_requests is not None
        context.script_requests.request_rerun(RerunData())
        kept.append(st.session_state["field"] if asks_streamlit else entered("field"))

    st.text_input("Field", key="field", on_change=changed)


@pytest.mark.parametrize("asks_streamlit", [False, True])
def test_what_was_entered_is_read_though_something_new_came(asks_streamlit: bool) -> None:
    app = AppTest.from_function(page)
    app.session_state["asks_streamlit"] = asks_streamlit
    app.run()
    app.text_input(key="field").input("said").run()
    assert not app.exception
    # Asked for in the ordinary way it is lost: the reason for `entered`.
    assert app.session_state["kept"] == ([] if asks_streamlit else ["said"])
