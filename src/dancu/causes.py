"""What an error comes down to: the check of ``dancu doctor`` that finds it, where to look, what to change.

One table serves the errors themselves and the doctor, so both say the same.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from dancu.words import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CAUSES", "Cause", "cause_of"]


class Cause(NamedTuple):
    """One row of the table of diagnoses: what an error of this code and detail comes down to.

    Attributes:
        code: of `dancu.errors.CODES`.
        detail: the error's closed phrase; None for every other one.
        check: the check of ``dancu doctor`` that finds it.
        setting: where to look when the error names none; ``service.`` is the service that was asked.
        remedy: what to change.
    """

    code: str
    detail: str | None
    check: str
    setting: str | None
    remedy: Phrase


_UNREADABLE = "the file cannot be read"
_SPEAK_TLS = Phrase(
    "Set the port that speaks TLS; this one answers without it", "Đặt đúng cổng có TLS; cổng này trả lời không qua TLS"
)
_RENEW_SERVER = Phrase(
    "Have the platform renew its server certificate; check this machine's clock as well",
    "Đề nghị nền tảng gia hạn chứng thư máy chủ; kiểm tra cả đồng hồ máy này",
)
_TRUST = Phrase(
    "Put the CA that signed the platform's certificate into the file", "Đặt vào tệp CA đã ký chứng thư của nền tảng"
)
_NAME = Phrase("Set the name that the platform's certificate bears", "Đặt đúng tên ghi trong chứng thư của nền tảng")
_READABLE = Phrase("Put the file there, readable by this user", "Đặt tệp vào đúng chỗ, người chạy đọc được")
_PRIVATE = Phrase("Run chmod 600 on the file", "Chạy chmod 600 cho tệp")
_OWN = Phrase("Give the file to the user who runs this (chown)", "Chuyển tệp cho người chạy (chown)")
_RETYPE = Phrase("Write the secret anew: one line of plain text", "Ghi lại mã bí mật: một dòng văn bản thường")
_SHOW = Phrase(
    "Name a certificate that the platform has registered, with its key",
    "Khai chứng thư đã đăng ký với nền tảng và khóa",
)
_ORDER = Phrase(
    "List the elements in the order that the platform expects, with its operation and integration code",
    "Xếp phần tử theo đúng thứ tự nền tảng yêu cầu, đúng operation và integration",
)
_SKIN = Phrase(
    "Name the skin and dialect in which this platform answers", "Đặt đúng skin và dialect mà nền tảng trả lời"
)
_PATH = Phrase("Set the path at which the platform offers the service", "Đặt đúng đường dẫn dịch vụ của nền tảng")
_ROUTE = Phrase(
    "Check host and port, then firewall and VPN from the source address shown",
    "Kiểm tra máy chủ và cổng, rồi tường lửa và VPN từ địa chỉ nguồn được nêu",
)

CAUSES: tuple[Cause, ...] = (
    Cause("profile_invalid", None, "profile", None, Phrase("Correct the named setting", "Sửa mục được nêu")),
    Cause(
        "profile_invalid",
        "not TOML",
        "profile",
        None,
        Phrase("Correct the line; texts stand in quotes", "Sửa dòng được nêu; chuỗi đặt trong ngoặc kép"),
    ),
    Cause(
        "profile_invalid",
        "Extra inputs are not permitted",
        "profile",
        None,
        Phrase("Correct the spelling, or take the line out", "Sửa chính tả, hoặc bỏ dòng này"),
    ),
    Cause("profile_invalid", "Field required", "profile", None, Phrase("Add the setting", "Bổ sung mục này")),
    Cause("profile_invalid", _UNREADABLE, "secrets", None, _READABLE),
    Cause("profile_invalid", "readable by others; chmod 600", "secrets", None, _PRIVATE),
    Cause("profile_invalid", "owned by another user", "secrets", None, _OWN),
    Cause(
        "profile_invalid",
        "empty, or not set",
        "secrets",
        None,
        Phrase("Put the secret there", "Ghi mã bí mật vào đó"),
    ),
    Cause("profile_invalid", "not printable text", "secrets", None, _RETYPE),
    Cause("profile_invalid", "cannot stand in a header", "secrets", None, _RETYPE),
    Cause(
        "profile_invalid",
        "the system names no credential directory",
        "secrets",
        None,
        Phrase("Run under systemd with LoadCredential=", "Chạy bằng systemd với LoadCredential="),
    ),
    Cause(
        "profile_invalid",
        "its directory cannot be written",
        "audit",
        None,
        Phrase("Let the user write that directory", "Cấp quyền ghi thư mục đó"),
    ),
    Cause(
        "audit_unavailable",
        None,
        "audit",
        "audit.sink",
        Phrase("Make room and let the user write the file", "Giải phóng dung lượng và cấp quyền ghi tệp"),
    ),
    Cause("certificate_unusable", "not a certificate in PEM", "certificate", None, _SHOW),
    Cause("certificate_unusable", _UNREADABLE, "certificate", None, _READABLE),
    Cause(
        "certificate_unusable",
        "expired",
        "certificate",
        None,
        Phrase("Install the renewed certificate with its key", "Cài chứng thư đã gia hạn cùng khóa"),
    ),
    Cause(
        "certificate_unusable",
        "not yet valid",
        "certificate",
        None,
        Phrase("Wait for its first day, or set this machine's clock", "Chờ đến ngày hiệu lực, hoặc chỉnh đồng hồ máy"),
    ),
    Cause(
        "certificate_unusable",
        "not for client authentication",
        "usage",
        None,
        Phrase("Ask for a certificate with clientAuth", "Xin cấp chứng thư có clientAuth"),
    ),
    Cause(
        "certificate_unusable",
        "the key of another certificate",
        "key",
        None,
        Phrase("Name the key that belongs to the certificate", "Khai đúng khóa của chứng thư"),
    ),
    Cause("certificate_unusable", "readable by others; chmod 600", "key", None, _PRIVATE),
    Cause("certificate_unusable", "owned by another user", "key", None, _OWN),
    Cause(
        "certificate_unusable",
        "not usable, or a wrong password",
        "key",
        None,
        Phrase("Check key and tls.password", "Kiểm tra khóa và tls.password"),
    ),
    Cause("certificate_unusable", "not a CA file in PEM", "ca", None, _TRUST),
    Cause("certificate_unusable", "not the certificate of a CA", "ca", None, _TRUST),
    Cause(
        "certificate_unusable",
        "the mock's CA in production",
        "ca",
        None,
        Phrase("Name the real platform's CA", "Khai CA của nền tảng thật"),
    ),
    Cause(
        "connect_failed",
        "the name does not resolve",
        "name",
        "endpoint.url",
        Phrase("Check the host's spelling, then DNS", "Kiểm tra tên máy chủ, rồi DNS"),
    ),
    Cause("connect_failed", None, "route", "endpoint.url", _ROUTE),
    Cause(
        "connect_failed",
        "the port does not speak TLS",
        "tls_version",
        "endpoint.url",
        _SPEAK_TLS,
    ),
    Cause(
        "connect_failed",
        "no TLS version in common",
        "tls_version",
        "endpoint.url",
        Phrase("Have the platform offer TLS 1.2 or 1.3", "Đề nghị nền tảng mở TLS 1.2 hoặc 1.3"),
    ),
    Cause(
        "connect_failed",
        "the TLS handshake fails",
        "tls_version",
        "endpoint.url",
        Phrase(
            "Ask the platform which TLS versions and ciphers its gate takes",
            "Hỏi nền tảng về phiên bản TLS và bộ mã được chấp nhận",
        ),
    ),
    Cause(
        "connect_failed",
        "the proxy refuses the tunnel",
        "route",
        "endpoint.proxy",
        Phrase("Have the proxy allow CONNECT to the platform", "Cho phép CONNECT tới nền tảng trên proxy"),
    ),
    Cause("timed_out", None, "route", "endpoint.url", _ROUTE),
    Cause("server_untrusted", None, "server_certificate", "tls.ca", _TRUST),
    Cause("server_untrusted", "expired", "server_certificate", "endpoint.url", _RENEW_SERVER),
    Cause("server_untrusted", "not yet valid", "server_certificate", "endpoint.url", _RENEW_SERVER),
    Cause("server_untrusted", "for another name", "server_name", "endpoint.server_name", _NAME),
    Cause("server_untrusted", "for another address", "server_name", "endpoint.server_name", _NAME),
    Cause(
        "server_untrusted",
        "another key than the one pinned",
        "server_name",
        "endpoint.server_pin",
        Phrase(
            "Ask the platform whether it changed its key; only then change the pin",
            "Hỏi nền tảng có đổi khóa không; chỉ khi đó mới đổi server_pin",
        ),
    ),
    Cause(
        "server_untrusted",
        "a mock answered in production",
        "mock",
        "endpoint.url",
        Phrase("Set the real platform's URL and CA", "Đặt URL và CA của nền tảng thật"),
    ),
    Cause("client_certificate_refused", None, "client_certificate", "tls.certificate", _SHOW),
    Cause(
        "credential_refused",
        "this machine's clock is off",
        "clock",
        None,
        Phrase("Set this machine's clock (NTP)", "Chỉnh đồng hồ máy này (NTP)"),
    ),
    Cause(
        "credential_refused",
        "the other unit is taken",
        "timestamp_unit",
        "credential.timestamp",
        Phrase("Set the other unit", "Đặt đơn vị thời gian còn lại"),
    ),
    Cause(
        "credential_refused",
        "another registered_url is taken",
        "registered_url",
        "endpoint.registered_url",
        Phrase("Set the URL as the platform registered it", "Đặt URL đúng như đã đăng ký với nền tảng"),
    ),
    Cause(
        "credential_refused",
        None,
        "secret",
        "credential",
        Phrase(
            "Check user and secret with the platform; its registered_url too",
            "Đối chiếu user, mã bí mật và registered_url với nền tảng",
        ),
    ),
    Cause(
        "procedure_not_licensed",
        None,
        "procedure",
        None,
        Phrase("Have the platform license the procedure's code", "Đề nghị nền tảng cấp quyền cho mã thủ tục"),
    ),
    Cause(
        "officer_not_licensed",
        None,
        "officer",
        None,
        Phrase("Have the platform license the officer's code", "Đề nghị nền tảng cấp quyền cho mã cán bộ"),
    ),
    Cause(
        "not_granted",
        None,
        "procedure",
        "credential.application",
        Phrase("Have the gateway grant the application this", "Đề nghị cổng cấp quyền này cho ứng dụng"),
    ),
    Cause("http_error", "HTTP 404", "service_path", "service.path", _PATH),
    Cause("http_error", "HTTP 405", "service_path", "service.path", _PATH),
    Cause(
        "http_error",
        "HTTP 415",
        "element_order",
        "wire.request",
        Phrase("Set the form of request that the platform takes", "Đặt đúng dạng yêu cầu mà nền tảng nhận"),
    ),
    Cause("provider_fault", "SOAP Fault Client", "element_order", "service.fields_sent", _ORDER),
    Cause("provider_fault", "the usual order is taken", "element_order", "service.fields_sent", _ORDER),
    Cause("unreadable_answer", None, "answer", "wire.skin", _SKIN),
    Cause("unknown_answer", None, "answer", "wire.skin", _SKIN),
    Cause(
        "empty_answer",
        None,
        "answer",
        "wire.empty_body",
        Phrase(
            "Ask the platform what an empty Body means; not_matched only where it says so",
            "Hỏi nền tảng Body trống nghĩa là gì; chỉ đặt not_matched khi được xác nhận",
        ),
    ),
    Cause(
        "answer_mismatch",
        "an invented person was found",
        "unknown_person",
        "endpoint.url",
        Phrase("Ask the platform why it finds an invented person", "Hỏi nền tảng vì sao tìm thấy người không có thật"),
    ),
)
"""Every cause that names a check; the first row of a code and detail decides."""

_BY_CODE: Mapping[tuple[str, str | None], Cause] = MappingProxyType({(row.code, row.detail): row for row in CAUSES})


def cause_of(code: str, detail: str | None = None, *, field: str | None = None) -> Cause | None:
    """The row for an error; None where the table has nothing narrower than its code to say."""
    row = _BY_CODE.get((code, detail)) or _BY_CODE.get((code, None))
    if row is not None and row.check in _OF_FIELD.get(field or "", {}):
        return row._replace(check=_OF_FIELD[field or ""][row.check])
    return row


_OF_FIELD: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "profile": {"secrets": "profile"},
        "DANCU_PROFILE": {"secrets": "profile"},
        "tls.ca": {"certificate": "ca"},
        "audit.key": {"secrets": "audit"},
        "audit.sink": {"secrets": "audit", "profile": "audit"},
    }
)
"""The same phrase about another file is another check."""
