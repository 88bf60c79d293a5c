"""A conversation rebuilt from the messages another program keeps."""

from assistant.session import Session, Turn


def test_messages_become_turns() -> None:
    session = Session.from_history(
        [
            {"role": "user", "content": "广东培训几天？"},
            {"role": "assistant", "content": "不少于5天。"},
            {"role": "user", "content": "那安徽呢"},
        ]
    )
    assert session.turns == [
        Turn("广东培训几天？", "广东培训几天？", "不少于5天。"),
        Turn("那安徽呢", "那安徽呢", ""),
    ]


def test_an_answer_to_nothing_is_left_out() -> None:
    assert Session.from_history([{"role": "assistant", "content": "您好"}]).turns == []


def test_two_people_never_share_a_conversation() -> None:
    one, other = Session(), Session()
    one.turns.append(Turn("甲", "甲", "乙"))
    assert one.id != other.id
    assert other.turns == []
