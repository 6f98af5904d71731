"""Build the Word templates of ``src/dancu/render/templates`` anew: our own words and tables, nothing copied.

``python tools/build_documents.py`` writes them; the same script gives the same text, so a template is changed here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

if TYPE_CHECKING:
    from docx.document import Document as Made

TEMPLATES = Path(__file__).parents[1] / "src/dancu/render/templates"
MEMBER_COLUMNS = (
    ("Họ, chữ đệm và tên", "full_name"),
    ("Ngày, tháng, năm sinh", "birth_date"),
    ("Giới tính", "gender"),
    ("Số định danh cá nhân", "id_number"),
    ("Quan hệ với chủ hộ", "relation"),
)
PARENT = (
    ("Họ, chữ đệm, tên", "full_name"),
    ("Năm sinh", "birth_year"),
    ("Dân tộc", "ethnic_group"),
    ("Quốc tịch", "nationality"),
    ("Nơi cư trú", "permanent_address"),
    ("Số định danh cá nhân", "id_number"),
)


def main() -> None:
    """Write every template."""
    TEMPLATES.mkdir(exist_ok=True)
    for name, make in (("ct01.docx", residence), ("birth.docx", birth)):
        make().save(str(TEMPLATES / name))


def page() -> Made:
    """A page with the national heading."""
    made = Document()
    style: Any = made.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    for section in made.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin, section.right_margin = Cm(3), Cm(2)
        section.top_margin = section.bottom_margin = Cm(2)
    centred(made, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True)
    centred(made, "Độc lập - Tự do - Hạnh phúc", bold=True)
    centred(made, "_______________")
    return made


def centred(made: Made, text: str, *, bold: bool = False) -> None:
    """A line in the middle."""
    paragraph = made.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(text).bold = bold


def line(made: Made, label: str, *keys: str) -> None:
    """A label, and the values of these keys behind it."""
    values = ", ".join(f'{{{{ value("{key}") }}}}' for key in keys)
    made.add_paragraph(f"{label}: {values}")


def foot(made: Made, *signers: str) -> None:
    """Notes about what could not be asked, and the places to sign."""
    made.add_paragraph("{%p for note in notes %}")
    made.add_paragraph("{{ note }}")
    made.add_paragraph("{%p endfor %}")
    made.add_paragraph("……, ngày …… tháng …… năm ……").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    table = made.add_table(rows=2, cols=len(signers))
    for number, signer in enumerate(signers):
        table.cell(0, number).text = signer
        table.cell(1, number).text = "\n\n(Ký, ghi rõ họ tên)"
        for row in range(2):
            table.cell(row, number).paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER


def residence() -> Made:
    """Form CT01 of Circular 53/2025/TT-BCA: the fields of vn-data.md §5.3."""
    made = page()
    made.add_paragraph("Mẫu CT01 (Thông tư 53/2025/TT-BCA)").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    centred(made, "TỜ KHAI THAY ĐỔI THÔNG TIN CƯ TRÚ", bold=True)
    line(made, "Kính gửi", "addressee")
    line(made, "1. Họ, chữ đệm và tên", "applicant.full_name")
    line(made, "2. Ngày, tháng, năm sinh", "applicant.birth_date")
    line(made, "3. Giới tính", "applicant.gender")
    line(made, "4. Số định danh cá nhân", "applicant.id_number")
    line(made, "5. Số điện thoại liên hệ", "applicant.phone")
    line(made, "6. Email", "applicant.email")
    made.add_paragraph("7. Họ, chữ đệm và tên chủ hộ: {{ head_name }}")
    line(made, "8. Mối quan hệ với chủ hộ", "applicant.household_head.relation")
    made.add_paragraph("9. Số định danh cá nhân của chủ hộ: {{ head_number }}")
    line(made, "10. Nội dung đề nghị", "request")
    made.add_paragraph("11. Những thành viên trong hộ gia đình cùng thay đổi:")
    members(made)
    foot(
        made,
        "Ý kiến của chủ hộ",
        "Ý kiến của chủ sở hữu\nchỗ ở hợp pháp",
        "Ý kiến của cha, mẹ\nhoặc người giám hộ",
        "Người kê khai",
    )
    return made


def members(made: Made) -> None:
    """The table of members, a row for each who was given."""
    table = made.add_table(rows=4, cols=len(MEMBER_COLUMNS) + 1)
    table.style = "Table Grid"
    table.cell(0, 0).text = "TT"
    table.cell(1, 0).text = "{%tr for member in members %}"
    table.cell(2, 0).text = "{{ loop.index }}"
    table.cell(3, 0).text = "{%tr endfor %}"
    for number, (label, part) in enumerate(MEMBER_COLUMNS, 1):
        table.cell(0, number).text = label
        table.cell(2, number).text = f"{{{{ member.{part} }}}}"


def birth() -> Made:
    """The declaration of a birth, Circular 04/2020/TT-BTP as amended: the fields of vn-data.md §5.3."""
    made = page()
    centred(made, "TỜ KHAI ĐĂNG KÝ KHAI SINH", bold=True)
    made.add_paragraph("Kính gửi: ………………………………………………")
    line(made, "Họ, chữ đệm, tên người yêu cầu", "applicant.full_name")
    line(made, "Ngày, tháng, năm sinh", "applicant.birth_date")
    line(made, "Số định danh cá nhân", "applicant.id_number")
    line(made, "Giấy tờ tùy thân: ngày cấp, nơi cấp", "applicant.card_issue_date", "applicant.card_issuer")
    line(made, "Nơi cư trú", "applicant.permanent_address")
    line(made, "Quan hệ với người được khai sinh", "applicant.relation")
    made.add_paragraph("Đề nghị cơ quan đăng ký khai sinh cho người dưới đây:")
    line(made, "Họ, chữ đệm, tên", "child.full_name")
    line(made, "Ngày, tháng, năm sinh", "child.birth_date")
    line(made, "Ghi bằng chữ", "child.birth_date_words")
    line(made, "Giới tính", "child.gender")
    line(made, "Dân tộc", "child.ethnic_group")
    line(made, "Quốc tịch", "child.nationality")
    line(made, "Nơi sinh", "child.birth_place")
    line(made, "Quê quán", "child.origin")
    for role, title in (("mother", "Người mẹ"), ("father", "Người cha")):
        made.add_paragraph().add_run(title).bold = True
        for label, attribute in PARENT:
            line(made, label, f"{role}.{attribute}")
    line(made, "Giấy chứng nhận kết hôn của cha mẹ (số, ngày, nơi cấp)", "marriage_certificate")
    line(made, "Số lượng bản sao đề nghị cấp", "copies")
    foot(made, "Người yêu cầu")
    return made


if __name__ == "__main__":
    main()
