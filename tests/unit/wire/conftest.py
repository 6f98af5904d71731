"""Answers as platforms write them, with invented people only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dancu.wire.messages import WireReply

if TYPE_CHECKING:
    from collections.abc import Callable


def _place(element: str, detail: str) -> str:
    return f"""<ns1:{element}><ns1:MaTinhThanh>01</ns1:MaTinhThanh><ns1:MaQuanHuyen/>
<ns1:MaPhuongXa>00004</ns1:MaPhuongXa><ns1:ChiTiet>{detail}</ns1:ChiTiet><ns1:QuocGia>VN</ns1:QuocGia></ns1:{element}>"""


RECORD = f"""<ns1:CongDan>
<ns1:SoDinhDanh>000090000001</ns1:SoDinhDanh>
<ns1:SoCMND>000000001</ns1:SoCMND>
<ns1:HoVaTen><ns1:Ho/><ns1:ChuDem/><ns1:Ten>NGUYỄN VĂN MẪU</ns1:Ten></ns1:HoVaTen>
<ns1:GioiTinh>1</ns1:GioiTinh><ns1:DanToc>01</ns1:DanToc><ns1:TonGiao>00</ns1:TonGiao>
<ns1:TinhTrangHonNhan>2</ns1:TinhTrangHonNhan><ns1:NhomMau>00</ns1:NhomMau>
<ns1:NgayThangNamSinh><ns1:Nam>1990</ns1:Nam><ns1:NgayThangNam>19900102</ns1:NgayThangNam></ns1:NgayThangNamSinh>
<ns1:NoiDangKyKhaiSinh><ns1:MaTinhThanh>01</ns1:MaTinhThanh><ns1:MaQuanHuyen>001</ns1:MaQuanHuyen>
<ns1:MaPhuongXa>00001</ns1:MaPhuongXa><ns1:ChiTiet>ĐỊA CHỈ MẪU 1</ns1:ChiTiet><ns1:QuocGia>VN</ns1:QuocGia>
</ns1:NoiDangKyKhaiSinh>
<ns1:QuocTich/>
{_place("QueQuan", "ĐỊA CHỈ MẪU 2")}{_place("ThuongTru", "ĐỊA CHỈ MẪU 3")}{_place("NoiOHienTai", "ĐỊA CHỈ MẪU 4")}
<ns1:Cha><ns1:HoVaTen>NGUYỄN VĂN CHA MẪU</ns1:HoVaTen><ns1:QuocTich>VN</ns1:QuocTich>
<ns1:SoDinhDanh>000060000002</ns1:SoDinhDanh><ns1:SoCMND/></ns1:Cha>
<ns1:Me><ns1:HoVaTen><ns1:Ho>TRẦN</ns1:Ho><ns1:ChuDem>THỊ</ns1:ChuDem><ns1:Ten>MẪU</ns1:Ten></ns1:HoVaTen></ns1:Me>
<ns1:VoChong><ns1:HoVaTen/><ns1:QuocTich/><ns1:SoDinhDanh/><ns1:SoCMND/></ns1:VoChong>
<ns1:NguoiDaiDien><ns1:HoVaTen>N.V.M</ns1:HoVaTen><ns1:SoDinhDanh>12</ns1:SoDinhDanh></ns1:NguoiDaiDien>
<ns1:ChuHo><ns1:QuanHe>CH01</ns1:QuanHe><ns1:SoDinhDanh>000090000001</ns1:SoDinhDanh>
<ns1:SoCMND>000000001</ns1:SoCMND><ns1:HoVaTen>NGUYỄN VĂN MẪU</ns1:HoVaTen></ns1:ChuHo>
<ns1:SoSoHoKhau>MAU-0001</ns1:SoSoHoKhau>
</ns1:CongDan>"""


@pytest.fixture(scope="session")
def record() -> str:
    """A full record of the live dialect (wire.md §7.2)."""
    return RECORD


@pytest.fixture(scope="session")
def envelope() -> Callable[[str], bytes]:
    """Puts text into the SOAP Body of an answer, as the platforms write it."""

    def wrap(inside: str) -> bytes:
        return f"""<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">
<soapenv:Header xmlns:dan="http://dancuquocgia.bca"/>
<soapenv:Body xmlns:dan="http://dancuquocgia.bca">{inside}</soapenv:Body></soapenv:Envelope>""".encode()

    return wrap


@pytest.fixture(scope="session")
def collection(envelope: Callable[[str], bytes]) -> Callable[[str], bytes]:
    """Puts records into a collection in an answer."""

    def wrap(records: str) -> bytes:
        namespace = "http://www.mic.gov.vn/dancu/1.0"
        return envelope(f'<ns1:CongdanCollection xmlns:ns1="{namespace}">{records}</ns1:CongdanCollection>')

    return wrap


@pytest.fixture(scope="session")
def reply() -> Callable[..., WireReply]:
    """A reply of status 200 around a body, unless told otherwise."""

    def make(body: bytes, status: int = 200, **headers: str) -> WireReply:
        named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return WireReply(status, named, body)

    return make
