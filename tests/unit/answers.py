"""Answers of a platform as documents, and the question and the profile that lead to them. Invented people only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dancu import Officer, Purpose, Subject

if TYPE_CHECKING:
    from pathlib import Path

NUMBER = "000090000001"
OLD_NUMBER = "000000001"
OTHER_NUMBER = "000090000002"
SECRET = "synthetic-secret"
SUBJECT = Subject(number=NUMBER, name="Nguyễn Văn Mẫu", birth_date="1990-01-02")
PURPOSE = Purpose(procedure="0.000000", unit="000.00.00.X00", officer=Officer("000080000009"), dossier="MAU-0001")

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
    '<soapenv:Header xmlns:dan="http://dancuquocgia.bca"/><soapenv:Body xmlns:dan="http://dancuquocgia.bca">'
)
_TAIL = "</soapenv:Body></soapenv:Envelope>"

CITIZEN = """
<ns1:CongDan>
  <ns1:SoDinhDanh>000090000001</ns1:SoDinhDanh>
  <ns1:SoCMND>000000001</ns1:SoCMND>
  <ns1:HoVaTen><ns1:Ho/><ns1:ChuDem/><ns1:Ten>NGUYỄN VĂN MẪU</ns1:Ten></ns1:HoVaTen>
  <ns1:GioiTinh>1</ns1:GioiTinh><ns1:DanToc>01</ns1:DanToc><ns1:TonGiao>00</ns1:TonGiao>
  <ns1:TinhTrangHonNhan>2</ns1:TinhTrangHonNhan><ns1:NhomMau>00</ns1:NhomMau>
  <ns1:NgayThangNamSinh><ns1:Nam>1990</ns1:Nam><ns1:NgayThangNam>19900102</ns1:NgayThangNam></ns1:NgayThangNamSinh>
  <ns1:NoiDangKyKhaiSinh>
    <ns1:MaTinhThanh>01</ns1:MaTinhThanh><ns1:MaQuanHuyen>001</ns1:MaQuanHuyen><ns1:MaPhuongXa>00001</ns1:MaPhuongXa>
    <ns1:ChiTiet>ĐỊA CHỈ MẪU 1</ns1:ChiTiet><ns1:QuocGia>VN</ns1:QuocGia>
  </ns1:NoiDangKyKhaiSinh>
  <ns1:QuocTich/>
  <ns1:QueQuan>
    <ns1:MaTinhThanh>01</ns1:MaTinhThanh><ns1:MaQuanHuyen>001</ns1:MaQuanHuyen><ns1:MaPhuongXa>00001</ns1:MaPhuongXa>
    <ns1:ChiTiet/><ns1:QuocGia>VN</ns1:QuocGia>
  </ns1:QueQuan>
  <ns1:ThuongTru>
    <ns1:MaTinhThanh>01</ns1:MaTinhThanh><ns1:MaQuanHuyen/><ns1:MaPhuongXa>00004</ns1:MaPhuongXa>
    <ns1:ChiTiet>ĐỊA CHỈ MẪU 2</ns1:ChiTiet><ns1:QuocGia>VN</ns1:QuocGia>
  </ns1:ThuongTru>
  <ns1:NoiOHienTai>
    <ns1:MaTinhThanh>01</ns1:MaTinhThanh><ns1:MaQuanHuyen/><ns1:MaPhuongXa>00004</ns1:MaPhuongXa>
    <ns1:ChiTiet>ĐỊA CHỈ MẪU 3</ns1:ChiTiet><ns1:QuocGia>VN</ns1:QuocGia>
  </ns1:NoiOHienTai>
  <ns1:Cha>
    <ns1:HoVaTen>NGUYỄN VĂN CHA MẪU</ns1:HoVaTen><ns1:QuocTich>VN</ns1:QuocTich>
    <ns1:SoDinhDanh>000060000002</ns1:SoDinhDanh><ns1:SoCMND/>
  </ns1:Cha>
  <ns1:Me>
    <ns1:HoVaTen>TRẦN THỊ MẸ MẪU</ns1:HoVaTen><ns1:QuocTich>VN</ns1:QuocTich>
    <ns1:SoDinhDanh>000162000003</ns1:SoDinhDanh><ns1:SoCMND/>
  </ns1:Me>
  <ns1:VoChong/>
  <ns1:NguoiDaiDien/>
  <ns1:ChuHo>
    <ns1:QuanHe>CH01</ns1:QuanHe><ns1:SoDinhDanh>000090000001</ns1:SoDinhDanh><ns1:SoCMND>000000001</ns1:SoCMND>
    <ns1:HoVaTen>NGUYỄN VĂN MẪU</ns1:HoVaTen>
  </ns1:ChuHo>
  <ns1:SoSoHoKhau>MAU-0001</ns1:SoSoHoKhau>
</ns1:CongDan>
"""
"""One record of the live dialect, all elements in the order of the platforms."""


def collection(*citizens: str) -> bytes:
    """An answer of service A with these records; without any, nobody matched."""
    inside = "".join(citizens)
    namespace = 'xmlns:ns1="http://www.mic.gov.vn/dancu/1.0"'
    return f"{_HEAD}<ns1:CongdanCollection {namespace}>{inside}</ns1:CongdanCollection>{_TAIL}".encode()


def changed(*changes: tuple[str, str]) -> str:
    """The record with pieces of text replaced wherever they stand; each must be there."""
    record = CITIZEN
    for old, new in changes:
        assert old in record
        record = record.replace(old, new)
    return record


def confirmation(word: str) -> bytes:
    """An answer of service B: ``true`` or ``false``."""
    inside = f"<dan:KetQuaXacThucResponse><dan:TonTai>{word}</dan:TonTai></dan:KetQuaXacThucResponse>"
    return f"{_HEAD}{inside}{_TAIL}".encode()


FOUND = collection(CITIZEN)
NOBODY = collection()
EMPTY_BODY = f"{_HEAD}{_TAIL}".encode()

_SENT = ["MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "SoDinhDanh|SoCMND", "HoVaTen", "NgayThangNamSinh"]


def profile_in(directory: Path) -> dict[str, Any]:
    """A profile as a mapping; its secret lies in a private file of the directory."""
    secret = directory / "secret.txt"
    secret.touch(mode=0o600)
    secret.write_text(SECRET, encoding="utf-8")
    services = {"look_up": ("tracuu", "TraCuuThongTinCongDan", "037"), "confirm": ("xacthuc", "XacThuc", "003")}
    return {
        "environment": "test",
        "endpoint": {"url": "https://platform.example/dancu/"},
        "credential": {"family": "hash-basic", "user": "demo-app", "secret": {"file": str(secret)}},
        "services": {
            name: {"path": path, "operation": operation, "integration": code, "fields_sent": list(_SENT)}
            for name, (path, operation, code) in services.items()
        },
        "audit": {"sink": "none"},
    }
