"""Write ``data/reference/claims.csv``: the statements of the policy texts, in both languages.

Call it with the folder that holds the hand-checked list ``claims.csv``::

    python tools/build_claims.py REFERENCE_FOLDER

The list gives the statements in English; their Vietnamese wording stands below, by id. The script
stops if a statement has no translation, or a translation no statement.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from techdiplomacy.errors import InvalidTable, TechDiplomacyError
from techdiplomacy.files import write_bytes
from techdiplomacy.paths import reference_file
from techdiplomacy.tables import read_csv

COLUMNS = (
    *("claim_id", "statement_en", "statement_vi", "value", "unit", "kind"),
    *("source_id", "source_url", "note", "conflict_group"),
)
VIETNAMESE = {
    "C001": "Thủ tướng Chính phủ đã ký quyết định ban hành danh mục công nghệ chiến lược và sản "
    "phẩm công nghệ chiến lược.",
    "C002": "Quyết định ban hành danh mục công nghệ chiến lược mang số 1131/QĐ-TTg.",
    "C003": "Mười một ngành công nghệ chiến lược được xác định theo Quyết định số 1159/QĐ-TTg.",
    "C004": "Danh mục gồm mười một nhóm công nghệ chiến lược.",
    "C005": "Danh mục gồm ba mươi lăm nhóm sản phẩm chiến lược.",
    "C006": "Danh mục bao gồm, trong số các công nghệ khác, trí tuệ nhân tạo, chip bán dẫn, chuỗi "
    "khối và rô-bốt.",
    "C007": "Cần tập trung nỗ lực vào các nhóm trong danh mục để không dàn trải nguồn lực.",
    "C008": "Bộ Chính trị đã ban hành bốn nghị quyết mang tính đột phá, được gọi là bốn trụ cột.",
    "C009": "Nghị quyết số 57 của Bộ Chính trị là căn cứ của chính sách khoa học, công nghệ và đổi "
    "mới sáng tạo.",
    "C010": "Bốn luật về sở hữu trí tuệ, chuyển giao công nghệ, công nghệ cao và trí tuệ nhân tạo "
    "sẽ được trình Quốc hội.",
    "C011": "Bốn luật này dự kiến được trình tại kỳ họp thứ mười của Quốc hội.",
    "C012": "Bộ đã xác định hai mũi nhọn trong mười một nhóm công nghệ.",
    "C013": "Mũi nhọn thứ nhất gồm trí tuệ nhân tạo, điện toán đám mây, dữ liệu lớn, mạng di động "
    "thế hệ mới và an ninh mạng.",
    "C014": "Mũi nhọn thứ hai gồm chip bán dẫn, y sinh tiên tiến, năng lượng và vật liệu mới, cùng "
    "việc khai thác đất hiếm và biển.",
    "C015": "Khoảng mười quốc gia có năng lực nổi trội và dẫn đầu trong các lĩnh vực khác nhau.",
    "C016": "Mười quốc gia được nêu có tổng cộng bốn mươi lăm thế mạnh.",
    "C017": "Bộ Khoa học và Công nghệ cùng Bộ Ngoại giao đang xây dựng danh sách các quốc gia dẫn "
    "đầu về những công nghệ này.",
    "C018": "Hợp tác dài hạn sẽ tập trung vào Hoa Kỳ, Liên minh châu Âu, Nhật Bản, Hàn Quốc và "
    "Singapore.",
    "C019": "Các thỏa thuận hợp tác trong những lĩnh vực chiến lược bao gồm chuyển đổi số, kinh tế "
    "số, bán dẫn và trí tuệ nhân tạo.",
    "C020": "Việc tổ chức lại theo công nghệ cần hướng tới các lĩnh vực như trí tuệ nhân tạo, năng "
    "lượng, chuyển đổi số và bán dẫn.",
    "C021": "Trí tuệ nhân tạo và công nghiệp bán dẫn là các lĩnh vực hợp tác ưu tiên giữa Việt Nam "
    "và Nhật Bản.",
    "C022": "Khoa học và công nghệ là một trụ cột của quan hệ đối tác chiến lược toàn diện giữa "
    "Việt Nam và Nhật Bản.",
    "C023": "Bộ Khoa học và Công nghệ có hai mươi ba văn phòng đại diện khoa học và công nghệ.",
    "C024": "Các văn phòng đại diện được đặt tại mười chín quốc gia.",
    "C025": "Các văn phòng đại diện là cánh tay nối dài của Bộ Khoa học và Công nghệ.",
    "C026": "Các mạng lưới đổi mới sáng tạo và chuyên gia đóng vai trò cánh tay nối dài của Chính "
    "phủ, các bộ, ngành và doanh nghiệp.",
    "C027": "Sau khi hợp nhất, đơn vị phụ trách hợp tác quốc tế đảm nhiệm sáu mảng công việc "
    "chính.",
    "C028": "Sáu mảng đó là: xây dựng chính sách; quản lý hoạt động đối ngoại; theo dõi và đánh "
    "giá; huy động và quản lý nguồn lực; mạng lưới đại diện khoa học và công nghệ; cơ sở dữ liệu "
    "gắn với cải cách hành chính.",
    "C029": "Nhân lực của Vụ chiếm từ 20 đến 25 phần trăm số người làm công tác hợp tác quốc tế.",
    "C030": "75 phần trăm còn lại làm việc tại các đơn vị chuyên ngành và cần được kết nối.",
    "C031": "Đơn vị này cần giữ vai trò người gác cổng, miếng mồi mở ra cơ hội và kiến trúc sư "
    "chiến lược.",
    "C032": "Trước đây hợp tác chủ yếu được tổ chức theo địa bàn và nay phải được tổ chức lại theo "
    "công nghệ.",
    "C033": "Một trục ngang cần liên kết các lĩnh vực dọc: sở hữu trí tuệ, tiêu chuẩn đo lường "
    "chất lượng, đổi mới sáng tạo, viễn thông.",
    "C034": "Bộ được yêu cầu xây dựng kế hoạch tổng thể về hợp tác quốc tế.",
    "C035": "Cần xây dựng bộ tiêu chí để đánh giá hiệu quả hợp tác quốc tế trong thời gian qua.",
    "C036": "Giai đoạn 2026-2030 dựa trên ba trụ cột.",
    "C037": "Các trụ cột gồm: cầu nối tri thức và công nghệ; huy động và tối ưu hóa nguồn lực quốc "
    "tế; giảm rào cản hội nhập.",
    "C038": "Các trụ cột được áp dụng cho giai đoạn từ năm 2026 đến năm 2030.",
    "C039": "Nhiệm vụ trọng tâm là góp phần định hình các cơ chế, tiêu chuẩn và pháp luật toàn cầu "
    "về công nghệ, với mốc thời gian là năm 2025.",
    "C040": "Việt Nam phải hiện diện và có tiếng nói tại tám diễn đàn được nêu tên.",
    "C041": "Các diễn đàn đó là Liên hợp quốc, ITU, WIPO, WTO, OECD, WEF, ISO và IEC.",
    "C042": "Một nhóm liên ngành gồm chuyên gia, doanh nghiệp và viện nghiên cứu cần đề xuất chiến "
    "lược quốc gia tại các diễn đàn quốc tế.",
    "C043": "Một tổ công tác cần hỗ trợ doanh nghiệp Việt Nam đàm phán, mua công nghệ lõi và tài "
    "sản trí tuệ ở nước ngoài.",
    "C044": "Công cụ cho các thương vụ đó gồm cơ sở dữ liệu về doanh nghiệp mục tiêu và quỹ mua "
    "bán, sáp nhập công nghệ.",
    "C045": "Mạng lưới các hiệp định thương mại tự do đã ký kết được khai thác hiệu quả.",
    "C046": "Một mạng lưới đối tác số toàn cầu và một cơ sở dữ liệu quốc tế đang được xây dựng.",
    "C047": "Một hệ thống tri thức dưới dạng trợ lý ảo phục vụ hợp tác quốc tế đang được phát "
    "triển.",
    "C048": "Các hướng đi mới gồm: chuyển giao công nghệ; liên kết xuyên biên giới giữa các vườn "
    "ươm và cụm liên kết; chuyển từ áp dụng sang tham gia xây dựng tiêu chuẩn; bảo hộ tài sản trí "
    "tuệ của Việt Nam ở nước ngoài.",
    "C049": "Việt Nam hướng tới trở thành trung tâm đổi mới sáng tạo của khu vực.",
    "C050": "Sản phẩm được quảng bá với khẩu hiệu Make in Vietnam.",
    "C051": "Sản phẩm được quảng bá với khẩu hiệu Made in Vietnam.",
    "C052": "Sản phẩm sẽ được phát triển với khẩu hiệu Made by Vietnam.",
    "C053": "Các sự kiện lớn như Tuần lễ Số quốc tế Việt Nam giúp xây dựng thương hiệu và thu hút "
    "đối tác.",
    "C054": "Ngoại giao công nghệ sẽ tác động trực tiếp đến vị thế quốc gia trong năm đến mười năm "
    "tới.",
    "C055": "Ngoại giao công nghệ cần được đầu tư, cấp kinh phí và có các chỉ số chính để đo lường "
    "hiệu quả.",
    "C056": "Doanh nghiệp cần một đầu mối liên hệ duy nhất giữa ngoại giao nhà nước và ngoại giao "
    "doanh nghiệp.",
    "C057": "Các cơ quan đại diện ở nước ngoài cần hoạt động như ra-đa phát hiện cơ hội hợp tác.",
    "C058": "Chính sách không được rải đinh, tức là không tạo thêm trở ngại cho đổi mới sáng tạo.",
    "C059": "Nhà nước cần có ưu đãi cho nghiên cứu, phát triển và hợp tác công tư về trí tuệ nhân "
    "tạo, bán dẫn và an ninh mạng.",
    "C060": "Cần có chương trình quốc gia đưa doanh nghiệp công nghệ tham gia sâu hơn vào chuỗi "
    "giá trị toàn cầu.",
    "C061": "Tài trợ cho nghiên cứu chung với Nhật Bản cần tăng về số lượng dự án, quy mô và đổi "
    "mới phương thức chi trả.",
    "C062": "Các cặp đối tác với Nhật Bản cần vượt ra khỏi mức một hoặc hai dự án nhỏ.",
    "C063": "Nhật Bản có kinh nghiệm về cơ chế thử nghiệm có kiểm soát (sandbox) để doanh nghiệp "
    "thử nghiệm công nghệ mới.",
    "C064": "Đại sứ quán tại Nhật Bản đã tổ chức hội nghị về Nghị quyết số 57 vào tháng 5 năm "
    "2025.",
    "C065": "Đại sứ quán, FPT và Hiệp hội Doanh nghiệp chuyển đổi số xây dựng nền tảng kết nối cho "
    "các nhà khoa học Việt Nam ở nước ngoài.",
    "C066": "FPT Nhật Bản và Đại sứ quán vận hành một nền tảng số kết nối các nhà khoa học Việt "
    "Nam và Nhật Bản.",
    "C067": "Hiệp hội Chuyển đổi số có hơn ba mươi doanh nghiệp hội viên.",
    "C068": "Mô hình ba nhà liên kết nhà nước, nhà khoa học và nhà doanh nghiệp.",
    "C069": "Nhật Bản là thị trường trọng điểm của chiến lược Go Global.",
    "C070": "Nhật Bản là nơi thí điểm trước khi mô hình được nhân rộng sang các thị trường trọng "
    "điểm khác.",
    "C071": "Nhật Bản dùng công nghệ để ứng phó với già hóa dân số và thiếu hụt lao động.",
    "C072": "Ngành công nghiệp bán dẫn đang thiếu hàng triệu lao động.",
    "C073": "Thế hệ sinh ra hiện nay sẽ bước vào thị trường lao động vào năm 2045.",
    "C074": "Năm 2045, đất nước tròn một trăm năm tuổi.",
    "C075": "Chiến lược đào tạo cần dựa trên phân tích thị trường lao động của nhiều quốc gia.",
    "C076": "Việt Nam có dân số già hóa nhanh, giống như các nước đối tác.",
    "C077": "Lực lượng trẻ là lợi thế của Việt Nam trong lĩnh vực trí tuệ nhân tạo và dữ liệu.",
    "C078": "Khi thu nhập tăng lên, sự quan tâm đến việc làm trong ngành bán dẫn tại Nhật Bản, Hàn "
    "Quốc và Đài Loan giảm đi.",
    "C079": "Đội ngũ nòng cốt cần có năm năng lực.",
    "C080": "Các năng lực đó là: hiểu biết về công nghệ ưu tiên; đàm phán; đánh giá rủi ro công "
    "nghệ và an ninh; ngoại giao mạng lưới cùng quản lý dự án; ngoại ngữ và văn hóa kinh doanh.",
    "C081": "Đội ngũ nòng cốt gồm bốn nhóm hồ sơ năng lực.",
    "C082": "Các sự kiện như Lễ hội Đổi mới sáng tạo Việt Nam - Hoa Kỳ và Diễn đàn Trí thức Việt "
    "Nam toàn cầu huy động các nhà khoa học ở nước ngoài.",
    "C083": "Hơn năm trăm đại biểu đã tham dự diễn đàn.",
    "C084": "Ngày hội Đổi mới sáng tạo quốc gia năm 2025 diễn ra từ ngày 1 đến ngày 3 tháng 10 tại "
    "Hòa Lạc.",
    "C085": "Các chương trình công nghệ chiến lược đi theo bốn định hướng.",
    "C086": "Mỗi công nghệ hoặc sản phẩm được chuẩn hóa thành các trụ cột, trong đó có công nghệ "
    "lõi, hạ tầng và nhân lực.",
    "C087": "Mỗi nhiệm vụ nêu rõ: bối cảnh và mục tiêu; phạm vi và cách tiếp cận; tổ chức thực "
    "hiện; sản phẩm, thời gian và tiến độ; kinh phí và nguồn lực; tiêu chí đánh giá.",
    "C088": "Công thức được khuyến nghị là ba cộng một: nhân tài, hệ sinh thái và liên kết chuỗi "
    "cung ứng, cùng một số cụm liên kết.",
    "C089": "Qualcomm đã có mặt tại Việt Nam hơn hai mươi năm.",
    "C090": "Qualcomm đã mở một trung tâm nghiên cứu và phát triển tại Hà Nội vào tháng 6.",
    "C091": "Dự án ViGen đã tạo ra bộ dữ liệu gồm năm mươi tỷ tham số.",
    "C092": "Dự án ViGen đã tạo ra năm bộ đánh giá cho tiếng Việt.",
    "C093": "ViGen do Meta, NIC và AI for Vietnam thực hiện.",
    "C094": "Thao trường mạng mở Việt Nam (Vietnam Open Cyber Range) đào tạo nhân lực an ninh mạng "
    "trên một nền tảng mở.",
    "C095": "Phó Thủ tướng Chính phủ đã phân tích sáu xu thế lớn.",
    "C096": "Phó Thủ tướng Chính phủ đề nghị thực hiện năm nhiệm vụ.",
}


def claim_rows(statements: pd.DataFrame) -> pd.DataFrame:
    """Return the statements with their Vietnamese wording, sorted by id.

    Raises
    ------
    InvalidTable
        If a column is missing, an id is repeated, or statements and translations do not agree.
    """
    problems = [
        f"column '{column}' is missing"
        for column in COLUMNS
        if column != "statement_vi" and column not in statements.columns
    ]
    if not problems:
        ids = statements["claim_id"]
        problems = [f"{name} is repeated" for name in ids[ids.duplicated()]]
        problems += [f"{name} has no translation" for name in ids if name not in VIETNAMESE]
        problems += [f"{name} is no statement" for name in VIETNAMESE if name not in set(ids)]
    if problems:
        raise InvalidTable(
            "; ".join(problems) + ".",
            where="claims.csv",
            next_step="Compare the list with the table VIETNAMESE in tools/build_claims.py.",
        )
    rows = statements.assign(statement_vi=statements["claim_id"].map(VIETNAMESE))
    return rows[list(COLUMNS)].sort_values("claim_id")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the list; return 0 if all went well."""
    parser = argparse.ArgumentParser(description="Write data/reference/claims.csv.")
    parser.add_argument("folder", type=Path, help="folder that holds the list claims.csv")
    path = parser.parse_args(arguments).folder / "claims.csv"
    try:
        if not path.is_file():
            raise TechDiplomacyError(
                "There is no list of statements.",
                where=str(path),
                next_step="Name the folder that holds claims.csv.",
            )
        rows = claim_rows(read_csv(path, dtype="str"))
        text = rows.to_csv(index=False, lineterminator="\n")
        write_bytes(reference_file("claims"), text.encode())
    except TechDiplomacyError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"data/reference/claims.csv: {len(rows)} statements")
    return 0


if __name__ == "__main__":
    sys.exit(main())
