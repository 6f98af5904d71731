"""The checks in their order, each with the checks that it needs: the docs and the tests walk this table."""

from __future__ import annotations

from dancu.diagnose import files, way
from dancu.diagnose.answer import of_answer, token
from dancu.diagnose.findings import CheckSpec
from dancu.words import Phrase

__all__ = ["CHECKS"]

CHECKS: tuple[CheckSpec, ...] = (
    CheckSpec("profile", Phrase("Profile", "Tệp cấu hình"), (), files.profile),
    CheckSpec(
        "named_keys", Phrase("Settings that change the way", "Mục thay đổi đường đi"), ("profile",), files.named_keys
    ),
    CheckSpec(
        "secrets", Phrase("Secrets readable and private", "Mã bí mật đọc được, riêng tư"), ("profile",), files.secrets
    ),
    CheckSpec("audit", Phrase("Audit can be written", "Ghi được nhật ký"), ("profile",), files.audit),
    CheckSpec("ca", Phrase("CA file", "Tệp CA"), ("profile",), files.ca),
    CheckSpec(
        "certificate",
        Phrase("Certificate and its dates", "Chứng thư và hạn dùng"),
        ("ca",),
        files.of_identity("certificate"),
    ),
    CheckSpec(
        "usage",
        Phrase("Certificate is for clients", "Chứng thư dùng cho máy khách"),
        ("certificate",),
        files.of_identity("usage"),
    ),
    CheckSpec("key", Phrase("Key fits the certificate", "Khóa khớp chứng thư"), ("usage",), files.of_identity("key")),
    CheckSpec("name", Phrase("Host name resolves", "Phân giải tên máy chủ"), ("profile",), way.name),
    CheckSpec("route", Phrase("Route and source address", "Đường đi và địa chỉ nguồn"), ("name",), way.route),
    CheckSpec("tls_version", Phrase("TLS version", "Phiên bản TLS"), ("route", "key"), way.tls_version),
    CheckSpec(
        "server_certificate",
        Phrase("Server certificate's CA and dates", "CA và hạn của chứng thư máy chủ"),
        ("tls_version",),
        way.server_certificate,
    ),
    CheckSpec(
        "server_name",
        Phrase("Server's name or pin", "Tên hoặc pin của máy chủ"),
        ("server_certificate",),
        way.server_name,
    ),
    CheckSpec(
        "client_certificate",
        Phrase("Platform accepts our certificate", "Nền tảng nhận chứng thư của ta"),
        ("server_name",),
        way.client_certificate,
    ),
    CheckSpec(
        "mock",
        Phrase("No mock in production", "Không có máy giả lập khi vận hành thật"),
        ("client_certificate",),
        way.mock,
    ),
    CheckSpec("clock", Phrase("Clocks agree", "Đồng hồ khớp nhau"), ("client_certificate",), way.clock),
    CheckSpec("token", Phrase("Token is issued", "Được cấp token"), ("secrets", "audit", "mock"), token),
    CheckSpec("service_path", Phrase("Service's path", "Đường dẫn dịch vụ"), ("token",), of_answer("service_path")),
    CheckSpec(
        "timestamp_unit",
        Phrase("Unit of the timestamp", "Đơn vị dấu thời gian"),
        ("token",),
        of_answer("timestamp_unit"),
    ),
    CheckSpec("registered_url", Phrase("Registered URL", "URL đã đăng ký"), ("token",), of_answer("registered_url")),
    CheckSpec("secret", Phrase("User and secret", "Tài khoản và mã bí mật"), ("token",), of_answer("secret")),
    CheckSpec("procedure", Phrase("Procedure's rights", "Quyền của thủ tục"), ("token",), of_answer("procedure")),
    CheckSpec("officer", Phrase("Officer's rights", "Quyền của cán bộ"), ("token",), of_answer("officer")),
    CheckSpec(
        "element_order", Phrase("Order of the elements", "Thứ tự phần tử"), ("token",), of_answer("element_order")
    ),
    CheckSpec("answer", Phrase("Answer can be read", "Đọc được câu trả lời"), ("token",), of_answer("answer")),
    CheckSpec(
        "unknown_person",
        Phrase("An invented person is not matched", "Người không có thật thì không khớp"),
        ("token",),
        of_answer("unknown_person"),
    ),
)
"""Walked in this order; the first that fails is the first cause."""
