"""What comes from a kernel, looked over before anything else reads it: a student's code can write to its sockets, too.

A message that is whole and has the form that the protocol gives it goes on; for anything else the kernel is ended, with the
reason in plain words.
"""

from collections.abc import Callable
import json
from typing import Any

from jupyter_client.session import Session
from nbformat import NotebookNode, ValidationError, validate
from nbformat.v4 import output_from_msg

DEPTH = 100
"""The most levels of lists and dictionaries in a message; those of figures and tables are about ten."""
FRAME_SIZE = 1000
"""Counted for each message besides its content, so that empty ones cannot keep the worker busy for ever."""
NOTHING: dict[str, Any] = {
    "header": {},
    "msg_id": "",
    "msg_type": "refused",
    "parent_header": {},
    "metadata": {},
    "content": {},
    "buffers": [],
}
"""Stands for a message that was refused: nobody waits for it."""
WHOLE_NUMBER_OR_NONE = (int, type(None))
FORMS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "status": {"execution_state": str},
    "stream": {"name": str, "text": str},
    "error": {"ename": str, "evalue": str, "traceback": list},
    "display_data": {"data": dict, "metadata": dict},
    "update_display_data": {"data": dict, "metadata": dict, "transient": dict},
    "execute_result": {"data": dict, "metadata": dict, "execution_count": WHOLE_NUMBER_OR_NONE},
    "execute_input": {"code": str},
    "execute_reply": {"status": str},
    "clear_output": {},
    "comm_open": {},
    "comm_msg": {},
    "comm_close": {},
    "comm_info_reply": {},
    "kernel_info_reply": {},
    "interrupt_reply": {},
    "shutdown_reply": {},
    "iopub_welcome": {},
    "debug_event": {},
}
"""Kind of message -> what its content has to have; other kinds are never sent."""
SOMETIMES: dict[str, type | tuple[type, ...]] = {
    "execution_count": WHOLE_NUMBER_OR_NONE,
    "transient": (dict, type(None)),
    "payload": list,
    "user_expressions": (dict, type(None)),
    "ename": str,
    "evalue": str,
    "traceback": list,
}
"""What the content of any message can have, and of what type it is then."""


class CheckedSession(Session):
    """Jupyter's, which takes in nothing that no kernel sends."""

    _refuse: Callable[[str], None]
    _left: int

    @classmethod
    def of(cls, refuse: Callable[[str], None], most: int, **options: Any) -> "CheckedSession":
        """Return a session.

        Args:
            refuse: is told of it in plain words, or given nothing where it is too much; ends the kernel.
            most: bytes that the kernel may send in its life.
            options: Jupyter's own.
        """
        session = cls(**options)
        session._refuse, session._left = refuse, most
        return session

    def clone(self) -> "CheckedSession":
        """Return a copy, as each client gets one."""
        session = super().clone()
        session._refuse, session._left = self._refuse, self._left
        return session

    def feed_identities(self, msg_list: list[Any], copy: bool = True) -> tuple[list[bytes], list[Any]]:
        """Return the senders and the rest of a message; nothing is left of one that has no rest."""
        try:
            return super().feed_identities(msg_list, copy)
        except ValueError:
            return [], []

    def deserialize(self, msg_list: list[Any], content: bool = True, copy: bool = True) -> dict[str, Any]:
        """Return a message, or one that means nothing in place of one that is refused."""
        self._left -= FRAME_SIZE + sum(map(len, msg_list))
        if self._left < 0:
            self._refuse("")
            return NOTHING
        try:
            message = super().deserialize(msg_list, content, copy)
        except Exception as error:  # what unpacking any bytes at all can raise, no list holds
            self._refuse(f"a message that cannot be read ({type(error).__name__})")
            return NOTHING
        if wrong := fault(message):
            self._refuse(wrong)
            return NOTHING
        return message


def fault(message: dict[str, Any]) -> str:
    """Return what is wrong with the form of a message that was unpacked, in plain words; nothing where it is right."""
    parts = [message.get(name) for name in ("header", "parent_header", "metadata", "content")]
    kind, content = message.get("msg_type"), message.get("content")
    if not all(isinstance(part, dict) for part in parts):
        return "a message that is no message"
    if not isinstance(kind, str) or kind not in FORMS:
        return f"a message of the kind {str(kind)[:40]!r}"
    if _is_deep(content):
        return f"a message ({kind}) of too many levels"
    has_to_have = FORMS[kind] | {name: types for name, types in SOMETIMES.items() if name in content}
    for name, types in has_to_have.items():
        if not isinstance(content.get(name), types) or isinstance(content.get(name), bool):
            return f"a message ({kind}) with a wrong or missing {name!r}"
    return _fault_inside(kind, message)


def _fault_inside(kind: str, message: dict[str, Any]) -> str:
    content = message["content"]
    wrong = f"a message ({kind}) with something wrong inside"
    try:
        json.dumps(content, ensure_ascii=False).encode()
        display = (content.get("transient") or {}).get("display_id")
        if not isinstance(display, str | None):
            return wrong
        if kind in ("error", "display_data", "execute_result", "update_display_data"):
            shown = {"header": {"msg_type": kind.removeprefix("update_")}, "content": content}
            validate(NotebookNode(output_from_msg(shown)), ref="output", version=4)
    except (ValueError, TypeError, ValidationError):  # a lone surrogate is a ValueError, too
        return wrong
    if kind == "stream" and content["name"] not in ("stdout", "stderr"):
        return wrong
    if not all(isinstance(part, dict) for part in content.get("payload") or ()):
        return wrong
    answers = (content.get("user_expressions") or {}).values()
    if not all(isinstance(answer, dict) and isinstance(answer.get("data", {}), dict) for answer in answers):
        return wrong
    return ""


def _is_deep(value: Any, levels: int = DEPTH) -> bool:
    if not isinstance(value, dict | list):
        return False
    parts = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deep(part, levels - 1) for part in parts)
