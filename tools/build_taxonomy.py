"""Write the lists of technologies under ``data/reference``, and what belongs to which group.

Call it with the folder that holds the hand-checked tables of the project::

    python tools/build_taxonomy.py REFERENCE_FOLDER

Five lists come out: ``technologies.csv`` (groups and products), ``patent_classes.csv`` (classes of
the groups), ``field_groups.csv`` (one crosswalk from counted fields to groups, for every list of
technologies), ``stated_strengths.csv`` and ``conflicts.csv``. Translations, short names and the
fields that no table assigns yet stand below. The script stops if a table and what stands below do
not agree, and the same tables always give the same bytes. It knows nothing about figures.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from techdiplomacy.errors import InvalidTable, TechDiplomacyError
from techdiplomacy.files import write_bytes
from techdiplomacy.paths import reference_file
from techdiplomacy.tables import read_csv

FIRST, LATER = "vn-1131-2025", "vn-21-2026"
NONE, AMBIGUOUS, ALL, REST = "NONE", "AMBIGUOUS", "ALL", "*"
CODE = r"[A-HY]\d{2}[A-Z](?: \d{1,4}/\d{2,6})?"
CLASS_ROLES = ("core", "broad", "proxy", "legacy")
FIELD_ROLES = ("direct", "partial", "proxy")

# the columns that each table must have
READ = {
    "technologies": (
        *("framework", "level", "group_id", "product_no", "name_en", "name_vi", "spearhead"),
        *("confidence", "source", "list_status", "note"),
    ),
    "concordance": (
        *("framework", "group_id", "code_system", "code_prefix", "role", "definition_note"),
        *("source", "source_confidence"),
    ),
    "wipo35_to_groups": ("wipo_field", "group_id", "role", "covers", "misses"),
    "science_fields_to_groups": ("source_system", "field", "group_id", "role", "note"),
    "github_topics_to_groups": ("topic", "group_id", "role", "note"),
    "stated_strengths": (
        *("country_iso3", "strength_as_stated_english", "strength_as_printed", "language"),
        *("group_id", "mapping_basis", "source_title", "source_url"),
    ),
    "conflicts": ("conflict_id", "what", "values_seen", "sources", "value_used", "reason"),
}
# the columns that each list gets
WRITTEN = {
    "technologies": (
        *("framework", "group_id", "product_no", "name_en", "name_vi", "name_vi_is", "short_en"),
        *("short_vi", "spearhead", "confidence", "source", "list_status", "note"),
    ),
    "patent_classes": (
        *("framework", "group_id", "code_system", "code_prefix", "covers_range", "role"),
        *("definition_note", "source", "source_confidence"),
    ),
    "field_groups": (
        *("framework", "system", "field", "group_id", "role", "covers", "misses", "source"),
    ),
    "stated_strengths": (
        *("country", "group_id", "strength_en", "strength_vi", "strength_printed", "language"),
        *("mapping_basis", "source_title", "source_url"),
    ),
    "conflicts": (
        *("conflict_id", "what", "what_vi", "values_seen", "sources", "value_used", "reason"),
        "reason_vi",
    ),
}

# names for the axis of a chart: English, Vietnamese
SHORT_NAMES = {
    "G01": ("AI", "AI"),
    "G02": ("Cloud, quantum, data", "Đám mây, lượng tử, dữ liệu"),
    "G03": ("Blockchain", "Chuỗi khối"),
    "G04": ("5G/6G", "5G/6G"),
    "G05": ("Robotics", "Robot"),
    "G06": ("Chips", "Chip"),
    "G07": ("Biomedicine", "Y sinh"),
    "G08": ("Energy, materials", "Năng lượng, vật liệu"),
    "G09": ("Rare earths, ocean", "Đất hiếm, đại dương"),
    "G10": ("Cybersecurity", "An ninh mạng"),
    "G11": ("Aerospace", "Hàng không, vũ trụ"),
    "R01": ("Digital technology", "Công nghệ số"),
    "R02": ("Semiconductors", "Bán dẫn"),
    "R03": ("R03 (name not established)", "R03 (chưa xác định tên)"),
    "R04": ("R04 (name not established)", "R04 (chưa xác định tên)"),
    "R05": ("Materials, energy", "Vật liệu, năng lượng"),
    "R06": ("R06 (name not established)", "R06 (chưa xác định tên)"),
    "R07": ("Cybersecurity", "An ninh mạng"),
    "R08": ("Minerals, oil and gas", "Khoáng sản, dầu khí"),
    "R09": ("Aerospace", "Hàng không, vũ trụ"),
    "R10": ("Construction, railways", "Xây dựng, đường sắt"),
}
# Vietnamese names that no source gives: group or product of the list of 2026
NAMES_VI = {
    "R01": "Công nghệ số: trí tuệ nhân tạo, dữ liệu lớn, bản sao số, điện toán đám mây, điện toán "
    "biên, Internet vạn vật, chuỗi khối",
    "R02": "Công nghệ bán dẫn",
    "R05": "Vật liệu, năng lượng và thiết bị điện",
    "R07": "An ninh mạng và mật mã",
    "R08": "Khoáng sản, đất hiếm, dầu khí, ngoài khơi",
    "R09": "Công nghệ hàng không, vũ trụ",
    "R10": "Công trình xây dựng, hệ thống và thiết bị đường sắt",
    "1": "mô hình ngôn ngữ lớn tiếng Việt, trợ lý ảo, trí tuệ nhân tạo chuyên ngành",
    "2": "camera AI xử lý tại biên",
    "3": "nền tảng bản sao số",
    "4": "nền tảng điện toán đám mây",
    "17": "vật liệu tiên tiến",
    "18": "pin, ắc quy",
    "20": "thiết bị điện",
    "21": "thu giữ, sử dụng và lưu trữ các-bon",
    "22": "thiết bị bay không người lái (UAV)",
    "23": "chip chuyên dụng",
    "25": "chế biến sâu khoáng sản, dầu khí, đất hiếm",
    "27": "lò phản ứng hạt nhân mô-đun nhỏ",
}
# digits are not the hierarchy: what a note of the concordance puts under a class, as a range
RANGES = {"H01F 1/053": "1/053-1/059", "C01B 32/182": "32/182-32/194", "G05D 1/10": "1/08-1/10"}
STRENGTHS_VI = {
    "5G/6G": "5G/6G",
    "AI": "trí tuệ nhân tạo",
    "advanced materials": "vật liệu tiên tiến",
    "aerospace": "công nghệ hàng không, vũ trụ",
    "applied AI": "trí tuệ nhân tạo ứng dụng",
    "biology": "sinh học",
    "biomedicine": "y sinh",
    "biotechnology": "công nghệ sinh học",
    "clean-energy batteries": "pin năng lượng sạch",
    "cloud infrastructure": "hạ tầng đám mây",
    "cloud technology": "công nghệ đám mây",
    "cloud/quantum technology": "công nghệ đám mây/lượng tử",
    "cybersecurity": "an ninh mạng",
    "data centres": "trung tâm dữ liệu",
    "deep learning": "học sâu",
    "energy batteries": "pin năng lượng",
    "equipment and chemicals for semiconductor manufacturing": "thiết bị và hóa chất sản xuất chất "
    "bán dẫn",
    "financial technology": "công nghệ tài chính",
    "materials": "vật liệu",
    "materials and batteries": "vật liệu và pin",
    "nuclear power": "điện hạt nhân",
    "quantum technology": "công nghệ lượng tử",
    "rare earths": "đất hiếm",
    "robotics/automation": "robot/tự động hóa",
    "robots": "robot",
    "security": "an ninh",
    "semiconductor memory chips": "chip nhớ bán dẫn",
    "semiconductors": "bán dẫn",
    "space": "vũ trụ",
    "space technology": "công nghệ vũ trụ",
}
# what a conflict is about, and why the value is used
CONFLICTS_VI = {
    "K01": (
        "Số của quyết định quy định mười một nhóm công nghệ",
        "Các thông báo về việc thay thế cũng nêu số 1131; số 1159 chỉ xuất hiện một lần, trong bài "
        "tường thuật một bài phát biểu.",
    ),
    "K02": (
        "Số nhóm sản phẩm trong quyết định tháng 6 năm 2025",
        "Hai văn bản và bài báo chi tiết nhất khớp nhau; cần in phụ lục trước khi phát hành.",
    ),
    "K03": (
        "Tên đơn vị phụ trách hợp tác quốc tế",
        "Cùng một đơn vị; cách gọi là bộ là lỗi dịch trong văn bản D. Giữ làm tên gọi khác.",
    ),
    "K04": (
        "Hợp tác trước đây được tổ chức như thế nào",
        "Nói địa phương là vô lý đối với hợp tác với nước ngoài; không phân tích nào dựa vào từ "
        "này.",
    ),
    "K05": (
        "Mốc thời gian của nhiệm vụ trọng tâm",
        "Văn bản tháng 7 năm 2025 nói về chính năm đó; hiển thị như bản in ở cả hai ngôn ngữ.",
    ),
    "K06": (
        "Khẩu hiệu cho sản phẩm Việt Nam",
        "Ba khẩu hiệu khác nhau; trích nguyên văn, không bao giờ gộp lại.",
    ),
    "K07": (
        "Tỷ lệ nhân lực làm hợp tác quốc tế",
        "Các tỷ lệ cộng lại thành 95-100 và chỉ đủ khi lấy mức 25; in cả phần chênh lệch.",
    ),
    "K08": (
        "Đơn vị đo của bộ dữ liệu ViGen",
        "Tham số đo độ lớn của mô hình chứ không đo dữ liệu; không rõ đơn vị muốn nói là gì.",
    ),
    "K09": (
        "Các nước dẫn đầu và các đối tác dài hạn",
        "Hai danh sách trả lời hai câu hỏi khác nhau. CHN, GBR, ISR và CAN không có trong danh "
        "sách đối tác; DEU và FRA chỉ có mặt thông qua EU.",
    ),
    "K10": (
        "Danh từ chỉ mười một đối tượng",
        "Cách dùng từ của quyết định; vẫn là mười một đối tượng đó.",
    ),
    "K11": (
        "Cách gọi Đài Loan",
        "Các bảng nối theo mã, không bao giờ theo tên; trích dẫn giữ nguyên dạng đã in.",
    ),
    "K12": (
        "Số nguồn độc lập",
        "D và F là hai bản dịch của cùng một trang; đếm số địa chỉ khác nhau, không đếm số văn "
        "bản.",
    ),
    "K13": (
        "Tên hiệp hội doanh nghiệp số tại Nhật Bản",
        "Có lẽ là cùng một tổ chức; giữ tên kia làm tên gọi khác và ghi là chưa xác nhận.",
    ),
    "K14": (
        "Nền tảng kết nối phục vụ những ai",
        "Phạm vi có thể đã thay đổi giữa hai văn bản; không mặc định đó là một nền tảng.",
    ),
    "K15": (
        "Danh mục đang có hiệu lực",
        "Các văn bản dùng danh mục thứ nhất; danh mục thứ hai được ký ngày 30 tháng 4 năm 2026 và "
        "áp dụng từ ngày 1 tháng 7 năm 2026. Mỗi trang đều nêu danh mục của mình.",
    ),
    "K16": ("Sáu xu thế", "Không có gì để ghi lại; không bao giờ tự bổ sung những mục còn thiếu."),
    "K17": (
        "Ai là cánh tay nối dài",
        "Một hình ảnh ví von dùng cho hai đối tượng; không chỉ số nào được trộn lẫn chúng.",
    ),
    "K18": (
        "Những công nghệ nào tạo thành mười một nhóm",
        "Thiết bị bay không người lái là một sản phẩm của nhóm hàng không, vũ trụ trong danh mục "
        "được dùng; cần đối chiếu với phụ lục.",
    ),
    "K19": (
        "Số kỹ sư thiết kế bán dẫn tại Việt Nam",
        "Năm và định nghĩa khác nhau; hiển thị cả hai, không tính toán gì từ điểm giữa.",
    ),
    "K20": (
        "Số lao động bán dẫn còn thiếu",
        "Câu trích dẫn không có căn cứ theo đúng lời văn; xếp hạng như vậy.",
    ),
}

# where the fields of each system come from and who assigned them
BY_PROJECT = "assigned by the project"
SYSTEM_SOURCES = {
    "wipo_field": "WIPO, IPC-Technology Concordance, 35 fields; compared with the patent classes "
    "of the groups by the project",
    "uspto_domain": f"PatentWorld (S. Lee), twelve technology domains; {BY_PROJECT}",
    "article_field": f"NCSES, Indicators 2024, fields of articles; {BY_PROJECT}",
    "article_set": f"NCSES, Indicators 2024, set of articles on AI; {BY_PROJECT}",
    "pct_sector": f"NCSES, Indicators 2024, sectors of PCT applications; {BY_PROJECT}",
    "github_topic": f"GitHub, Innovation Graph, topics; {BY_PROJECT}",
    "cordis_part": f"European Commission, CORDIS, parts of Horizon 2020; {BY_PROJECT}",
    "ai_patents": f"NCSES, Indicators 2024, granted AI patents; {BY_PROJECT}",
    "uspto_topic": f"NCSES, Indicators 2024, ocean, environment and semiconductors; {BY_PROJECT}",
}
SCIENCE_SYSTEMS = {
    "ncses_article_field": "article_field",
    "ncses_article_set": "article_set",
    "cordis_h2020_part": "cordis_part",
}


class Answer(NamedTuple):
    """One field of one system: the group it measures, how well, and what it leaves out."""

    system: str
    field: str
    group: str
    role: str
    covers: str = ""
    misses: str = ""


def nothing(system: str, field: str, why: str) -> Answer:
    """Return the answer that a field measures no group."""
    return Answer(system, field, NONE, "none", "", why)


# rows of a table that are the sum of the others
TOTALS = tuple(
    Answer(system, field, ALL, "total", "The total that the publisher prints.", "")
    for system, field in (
        ("wipo_field", "All fields"),
        ("article_field", "all fields"),
        ("pct_sector", "All fields"),
        ("cordis_part", "ALL"),
        ("uspto_topic", "All fields"),
    )
)
# answers that no table gives and that are alike in every list
SHARED = (
    *TOTALS,
    nothing("wipo_field", "Unassigned", "Patents without a field."),
    nothing("cordis_part", "unknown", "Projects whose part is not recorded."),
    nothing("github_topic", REST, "Any topic that is not listed: no group."),
    nothing("pct_sector", "instruments", "Joins measurement, control, optics and medicine."),
    nothing("pct_sector", "chemistry", "Joins biotechnology, medicines, materials and food."),
    nothing("pct_sector", "mechanical engineering", "Joins robots, engines, tools, transport."),
    nothing("pct_sector", "other fields", "Furniture, consumer goods and civil engineering."),
)
# topics of US patents, as NCSES words them
OCEAN = "sustainable ocean economy"
ENVIRONMENT = "all environmental sustainability technologies"
ENERGY = (
    "climate change mitigation technologies related to energy generation, transmission, or "
    "distribution"
)
NEAREST = "The nearest published count of ocean technology."
SPREAD = "Spreads over energy, waste, water, buildings and transport"
FIRST_ANSWERS = (
    Answer("ai_patents", "AI patents", "G01", "direct", "AI.", "No digital twins, no metaverse."),
    Answer(
        *("uspto_domain", "Artificial intelligence", "G01", "direct"),
        "AI.",
        "Digital twins and virtual reality are in it only as far as they use AI.",
    ),
    Answer(
        "uspto_domain",
        "Blockchain",
        "G03",
        "direct",
        "Blockchain.",
        "Leaves out other traceability.",
    ),
    Answer("uspto_domain", "Cybersecurity", "G10", "direct", "Cybersecurity.", ""),
    Answer(
        *("uspto_domain", "Quantum computing", "G02", "partial"),
        "The quantum part of the group.",
        "No cloud, no big data, no data centres.",
    ),
    Answer(
        *("uspto_domain", "Semiconductors", "G06", "direct"),
        "Semiconductor devices and their manufacture.",
        "Leaves out the design of circuits; takes in what is no chip, such as solar cells.",
    ),
    Answer(
        *("uspto_domain", "Space technology", "G11", "partial"),
        "The space part of the group.",
        "No aircraft, no unmanned aircraft.",
    ),
    Answer(
        *("uspto_domain", "Biotechnology", "G07", "partial"),
        "Genes, cells and proteins.",
        "Takes in agricultural and industrial biotechnology; leaves out finished medicines.",
    ),
    Answer(
        *("uspto_domain", "Digital health", "G07", "proxy"),
        "Software and data of medicine.",
        "No vaccines, genes or cells.",
    ),
    Answer(
        *("uspto_domain", "Autonomous vehicles", "G05", "proxy"),
        "Control of vehicles that drive themselves.",
        "No industrial robots, no automation of factories; mostly cars.",
    ),
    Answer(
        *("uspto_domain", "Green innovation (Y02/Y04S)", "G08", "proxy"),
        "Tagged energy technology: renewables, nuclear, storage, grids.",
        "No materials; takes in transport, buildings, waste and farming.",
    ),
    nothing(
        "uspto_domain",
        "3D printing / additive manufacturing",
        "A way of making things, no product of the list; it would swell G08 with machines. Its "
        "class B33Y counts for G08 as a broad class only.",
    ),
    nothing("uspto_domain", "Agricultural technology", "No group is about farming."),
    nothing("pct_sector", "electrical engineering", "One number for G01-G04, G06, G08 and G10."),
    Answer("uspto_topic", OCEAN, "G09", "partial", NEAREST, "No rare earths, no underground."),
    Answer(
        *("uspto_topic", "semiconductors", "G06", "direct"),
        "Semiconductor devices and their manufacture.",
        "Leaves out circuit design, lithography and memories as circuits; takes in solar cells and "
        "light-emitting diodes.",
    ),
    nothing(
        "uspto_topic",
        ENVIRONMENT,
        f"{SPREAD}; carbon capture is a product of the list of 2026, not of 2025.",
    ),
    Answer(
        *("uspto_topic", ENERGY, "G08", "partial"),
        "The energy half of the group: generation, storage and grids.",
        "No advanced materials.",
    ),
)

# the list of 2026: the group that took over the technologies; the others have no known name
SUCCESSOR = {
    "G01": "R01",
    "G02": "R01",
    "G03": "R01",
    "G06": "R02",
    "G08": "R05",
    "G09": "R08",
    "G10": "R07",
    "G11": "R09",
}
WORDS = {"G04": "mobile networks", "G05": "robotics", "G07": "biomedicine"}
NO_NAME = (
    "No group of established name holds it; R03, R04 and R06, whose names are not established, may."
)
NOT_NAMED = "Not named in a group of this list whose name is established."
CAPTURE_LATER = "carbon capture is product 21 of this list, whose group is not established"
# answers of the list of 2026 that do not follow from those of 2025
LATER_ANSWERS = (
    Answer(
        *("ai_patents", "AI patents", "R01", "partial"),
        "AI.",
        "Leaves out data, cloud, edge, Internet of things and blockchain.",
    ),
    Answer(
        *("uspto_domain", "Artificial intelligence", "R01", "partial"),
        "AI, one of seven technologies named.",
        "Leaves out data, cloud, edge, Internet of things; blockchain is a domain of its own.",
    ),
    Answer(
        *("uspto_domain", "Blockchain", "R01", "partial"),
        "Blockchain, one of seven technologies named.",
        "Leaves out data, cloud, edge, Internet of things; AI is a domain of its own.",
    ),
    Answer("uspto_domain", "Cybersecurity", "R07", "direct", "Cybersecurity, cryptography.", ""),
    nothing("uspto_domain", "Quantum computing", NOT_NAMED),
    Answer(
        *("uspto_domain", "Green innovation (Y02/Y04S)", "R05", "proxy"),
        "Tagged energy technology: renewables, storage, grids.",
        "No materials; takes in transport, buildings, waste and farming, nuclear power and "
        "carbon capture.",
    ),
    nothing(
        "uspto_domain",
        "3D printing / additive manufacturing",
        "A way of making things, named in no group.",
    ),
    nothing("pct_sector", "electrical engineering", "One number for R01, R02, R05 and R07."),
    Answer(
        *("uspto_topic", OCEAN, "R08", "proxy"),
        NEAREST,
        "No minerals, rare earths, oil or gas; offshore works are only a part of it.",
    ),
    nothing("uspto_topic", ENVIRONMENT, f"{SPREAD}; {CAPTURE_LATER}."),
    Answer(
        *("uspto_topic", ENERGY, "R05", "partial"),
        "Generation, storage and grids.",
        "No materials, no electrical equipment as such; takes in nuclear power.",
    ),
    Answer(
        *("wipo_field", "electrical machinery, apparatus, energy", "R05", "partial"),
        "Electrical equipment, batteries, fuel cells, photovoltaic systems and grids.",
        "Leaves out materials, wind and hydrogen; takes in lamps and cables.",
    ),
    nothing("wipo_field", "audio-visual technology", "Consumer electronics; no group."),
    nothing(
        "wipo_field",
        "telecommunications",
        "Mobile networks have no group of established name; satellite links (R09) and secret "
        "communication (R07) are inside and cannot be taken out.",
    ),
    Answer(
        *("wipo_field", "digital communication", "R07", "proxy"),
        "Cryptographic mechanisms and wireless security lie here.",
        "They are a small part of a field that measures mobile networks, which have no group of "
        "established name.",
    ),
    Answer(
        *("wipo_field", "computer technology", "R01", "partial"),
        "AI, databases, virtualisation and general computing.",
        "Takes in security (R07), processors and quantum computing; leaves out blockchain and "
        "most of the Internet of things.",
    ),
    Answer(
        *("wipo_field", "computer technology", "R07", "proxy"),
        "Protection of computers, programs, data and memory.",
        "Cannot be separated from general computing; network security is in digital communication.",
    ),
    nothing("wipo_field", "optics", "Holds lithography (R02) among lenses, lasers and displays."),
    nothing(
        "wipo_field",
        "macromolecular chemistry, polymers",
        "Polymers could count as materials of R05; left out, as for the list of 2025.",
    ),
    nothing("wipo_field", "food chemistry", "No group of established name is about food."),
    Answer(
        *("wipo_field", "basic materials chemistry", "R08", "proxy"),
        "Processing of oil, gas and coal; luminescent rare-earth materials.",
        "Mostly dyes, agrochemicals and detergents; no mining, no offshore works.",
    ),
    nothing("wipo_field", "environmental technology", f"{CAPTURE_LATER.capitalize()}."),
    nothing("wipo_field", "machine tools", NO_NAME),
    Answer(
        *("wipo_field", "engines, pumps, turbines", "R05", "proxy"),
        "Wind motors.",
        "Dominated by combustion engines, pumps and compressors; nuclear reactors are product 27, "
        "whose group is not established; jet propulsion (R09) is inside.",
    ),
    nothing(
        "wipo_field",
        "other special machines",
        "Agricultural and plastics machines; named in no group.",
    ),
    Answer(
        *("wipo_field", "transport", "R09", "proxy"),
        "Aircraft, spacecraft, ground installations.",
        "A minority beside cars, rail and ships; satellite links are in telecommunications.",
    ),
    Answer(
        *("wipo_field", "transport", "R10", "proxy"),
        "Railway vehicles and systems.",
        "A minority beside cars, ships and aircraft; no construction works.",
    ),
    Answer(
        *("wipo_field", "civil engineering", "R08", "proxy"),
        "Mining and drilling for oil and gas.",
        "Dominated by building and locks; no processing of minerals, no rare earths.",
    ),
    Answer(
        *("wipo_field", "civil engineering", "R10", "partial"),
        "Buildings, roads, bridges, tunnels and railway track.",
        "No railway vehicles; takes in locks, water supply, mining and drilling (R08).",
    ),
    *(
        nothing("wipo_field", field, "No group of established name is about it.")
        for field in (
            *("organic fine chemistry", "thermal processes and apparatus", "mechanical elements"),
            *("furniture, games", "other consumer goods"),
        )
    ),
    nothing("article_field", "agricultural sciences", "Food and crop science; no group."),
    Answer(
        *("article_field", "computer and information sciences", "R01", "proxy"),
        "The science behind AI, data, cloud and blockchain.",
        "Takes in cybersecurity (R07), software and theory; leaves out the Internet of things as "
        "devices.",
    ),
    nothing(
        "article_field",
        "physics",
        "Nuclear and semiconductor physics (R02) cannot be separated.",
    ),
    Answer(
        *("article_set", "AI-related", "R01", "partial"),
        "Published set of AI articles across all fields.",
        "Leaves out data, cloud, Internet of things and blockchain.",
    ),
    nothing(
        "cordis_part",
        "Euratom",
        "Nuclear reactors are product 27 of this list, whose group is not established.",
    ),
    nothing(
        "cordis_part", "SC4", "Transport; aviation (R09) and railways (R10) cannot be separated."
    ),
    *(
        nothing("github_topic", topic, NOT_NAMED)
        for topic in ("quantum", "quantum-computing", "vr")
    ),
)


def technology_rows(listed: pd.DataFrame) -> pd.DataFrame:
    """Return groups and products with both names, short names and what was translated.

    Raises
    ------
    InvalidTable
        If a key is repeated, a name is missing or has no translation, a product lies in no group,
        or a list that calls itself complete has gaps.
    """
    rows = listed.assign(
        product_no=listed["product_no"].fillna(""), group_id=listed["group_id"].fillna("")
    )
    problems = _repeated(rows, ["framework", "group_id", "product_no"])
    is_group = rows["level"].eq("group")
    problems += [
        f"{row['framework']} {row['group_id']}{row['product_no']} is neither group nor product"
        for row in rows[is_group != rows["product_no"].eq("")].to_dict("records")
    ]
    known = set(rows.loc[is_group, "group_id"])
    problems += _unequal(known, set(SHORT_NAMES), "short name")
    problems += [f"there is no group {name}" for name in set(rows["group_id"]) - known - {""}]
    names, problems_of_names = _names(rows)
    problems += problems_of_names + _gaps(rows)
    _refuse(problems, "technologies.csv", "NAMES_VI and SHORT_NAMES")
    short = pd.DataFrame(
        [SHORT_NAMES[name] if group else ("", "") for name, group in _pairs(rows, is_group)],
        columns=["short_en", "short_vi"],
        index=rows.index,
    )
    rows = rows.assign(**names, **{column: short[column] for column in short.columns})
    rows = rows.assign(_number=pd.to_numeric(rows["product_no"]).fillna(0))
    # products without a known group stand after the groups of their list
    rows = rows.assign(_group=rows["group_id"].where(rows["group_id"].ne(""), "~"))
    ordered = rows.sort_values(["framework", "_group", "_number"], kind="stable")
    return ordered[list(WRITTEN["technologies"])]


def _pairs(rows: pd.DataFrame, flags: pd.Series) -> Iterable[tuple[str, bool]]:
    """Return the group of each row, and whether the row is a group."""
    return zip(rows["group_id"], flags, strict=True)


def _names(rows: pd.DataFrame) -> tuple[dict[str, list[str]], list[str]]:
    """Return the Vietnamese names and where they come from, with what is wrong."""
    names: list[str] = []
    origins: list[str] = []
    problems: list[str] = []
    used = set()
    for row in rows.fillna("").to_dict("records"):
        key = str(row["product_no"] or row["group_id"])
        if row["name_vi"]:
            names.append(row["name_vi"])
            origins.append("printed")
        elif row["name_en"]:
            used.add(key)
            names.append(NAMES_VI.get(key, ""))
            origins.append("translated")
            if key not in NAMES_VI:
                problems.append(f"{row['framework']} {key} has no translation")
        else:
            names.append("")
            origins.append("")
    problems += [f"{key} needs no translation" for key in sorted(set(NAMES_VI) - used)]
    return {"name_vi": names, "name_vi_is": origins}, problems


def _gaps(rows: pd.DataFrame) -> list[str]:
    """Return what a list lacks that calls itself complete."""
    problems = []
    for framework, own in rows[rows["list_status"].eq("complete")].groupby("framework"):
        numbers = sorted(int(number) for number in own["product_no"] if number)
        if numbers != list(range(1, len(numbers) + 1)):
            problems.append(f"{framework} has gaps in its product numbers")
        groups = set(own["group_id"])
        filled = set(own.loc[own["product_no"].ne(""), "group_id"])
        problems += [f"{framework} {group} has no product" for group in sorted(groups - filled)]
        if own[["name_en", "name_vi"]].isna().any(axis=None):
            problems.append(f"{framework} has blank names")
    return problems


def class_rows(concordance: pd.DataFrame, groups: set[str]) -> pd.DataFrame:
    """Return the patent classes of the groups, with ranges where digits are not the hierarchy.

    Raises
    ------
    InvalidTable
        If a symbol is malformed or repeated, or a group, role or source is wrong.
    """
    problems = _repeated(concordance, ["framework", "code_prefix"])
    problems += _unknown(concordance["group_id"], groups, "group")
    problems += _unknown(concordance["role"], set(CLASS_ROLES), "role")
    symbols = set(concordance["code_prefix"])
    problems += [f"'{code}' is no symbol" for code in symbols if not re.fullmatch(CODE, code)]
    problems += [f"range of '{code}' has no class" for code in sorted(set(RANGES) - symbols)]
    problems += _blank(concordance, ["definition_note", "source", "source_confidence"])
    _refuse(problems, "concordance.csv", "RANGES")
    rows = concordance.assign(covers_range=concordance["code_prefix"].map(RANGES).fillna(""))
    ordered = rows.sort_values(["framework", "group_id", "code_system", "code_prefix"])
    return ordered[list(WRITTEN["patent_classes"])]


def field_rows(
    wipo: pd.DataFrame, science: pd.DataFrame, topics: pd.DataFrame, groups: dict[str, str]
) -> pd.DataFrame:
    """Return one crosswalk from fields to groups, for both lists of technologies.

    Parameters
    ----------
    wipo, science, topics : DataFrame
        The tables of the project, whose groups are those of the list of 2025.
    groups : dict of str
        The list that each group belongs to.

    Raises
    ------
    InvalidTable
        If a field is answered twice for one group, has a group besides none, or names a group or
        role that is not there.
    """
    tables = [*_wipo_answers(wipo), *_science_answers(science), *_topic_answers(topics)]
    first = [*tables, *SHARED, *FIRST_ANSWERS]
    later = [*_later(first), *SHARED]
    rows = pd.DataFrame(
        [(FIRST, *answer) for answer in first] + [(LATER, *answer) for answer in later],
        columns=["framework", "system", "field", "group_id", "role", "covers", "misses"],
    )
    key = ["framework", "system", "field"]
    problems = _repeated(rows, [*key, "group_id"])
    problems += _unknown(rows["role"], {*FIELD_ROLES, "none", "total"}, "role")
    problems += [
        f"{row['framework']} {row['field']}: group {row['group_id']} with role {row['role']}"
        for row in rows.to_dict("records")
        if row["role"] not in _roles_of(row["group_id"], row["framework"], groups)
    ]
    alone = rows[rows["group_id"].isin([NONE, ALL])].merge(rows, on=key)
    problems += [
        f"{row['field']} has no group and yet {row['group_id_y']}"
        for row in alone[alone["group_id_x"] != alone["group_id_y"]].to_dict("records")
    ]
    problems += [
        f"{row['framework']} {row['field']} does not say what it covers or misses"
        for row in rows[rows["covers"].eq("") & rows["misses"].eq("")].to_dict("records")
    ]
    _refuse(problems, "field tables", "FIRST_ANSWERS and LATER_ANSWERS")
    rows = rows.assign(source=rows["system"].map(SYSTEM_SOURCES))
    ordered = rows.sort_values([*key, "group_id"], kind="stable")
    return ordered[list(WRITTEN["field_groups"])]


def _roles_of(group: str, framework: str, groups: dict[str, str]) -> tuple[str, ...]:
    """Return the roles that a field may have for a group; none for a group of another list."""
    if groups.get(group) == framework:
        return FIELD_ROLES
    return {NONE: ("none",), ALL: ("total",)}.get(group, ())


def _wipo_answers(wipo: pd.DataFrame) -> list[Answer]:
    """Return the answers of the WIPO fields."""
    return [
        Answer(
            *("wipo_field", row["wipo_field"], row["group_id"], row["role"]),
            *(row["covers"], row["misses"]),
        )
        for row in wipo.fillna("").to_dict("records")
    ]


def _science_answers(science: pd.DataFrame) -> list[Answer]:
    """Return the answers of article fields and programme parts; the note is cut in two."""
    problems = _unknown(science["source_system"], set(SCIENCE_SYSTEMS), "system")
    _refuse(problems, "science_fields_to_groups.csv", "SCIENCE_SYSTEMS")
    answers = []
    for row in science.to_dict("records"):
        system = SCIENCE_SYSTEMS[row["source_system"]]
        if row["group_id"] == NONE:
            answers.append(nothing(system, row["field"], row["note"]))
            continue
        covers, _, misses = row["note"].partition("; ")
        covers = covers if covers.endswith(".") else f"{covers}."
        misses = misses[:1].upper() + misses[1:]
        answers.append(Answer(system, row["field"], row["group_id"], row["role"], covers, misses))
    return answers


def _topic_answers(topics: pd.DataFrame) -> list[Answer]:
    """Return the answers of the topics."""
    return [
        Answer("github_topic", row["topic"], row["group_id"], row["role"], row["note"])
        for row in topics.to_dict("records")
    ]


def _later(first: Sequence[Answer]) -> list[Answer]:
    """Return the answers of the list of 2026: its own, else what follows from those of 2025."""
    own = {(answer.system, answer.field) for answer in LATER_ANSWERS}
    shared = {(answer.system, answer.field) for answer in SHARED}
    answered = {(answer.system, answer.field) for answer in first}
    _refuse(
        [f"{field} of {system} is not in the list of 2025" for system, field in own - answered],
        "field tables",
        "LATER_ANSWERS",
    )
    answers = list(LATER_ANSWERS)
    for system, field in dict.fromkeys((answer.system, answer.field) for answer in first):
        if (system, field) in own | shared:
            continue
        rows = [answer for answer in first if (answer.system, answer.field) == (system, field)]
        carried = [
            answer._replace(
                group=SUCCESSOR[answer.group],
                covers=_reworded(answer.covers),
                misses=_reworded(answer.misses),
            )
            for answer in rows
            if answer.group in SUCCESSOR
        ]
        if not carried:
            why = rows[0].misses if rows[0].group == NONE else NO_NAME
            carried = [nothing(system, field, _reworded(why))]
        answers += carried
    return answers


def _reworded(words: str) -> str:
    """Return words that name groups of 2025 with those of 2026 instead."""
    return re.sub(
        r"G\d\d", lambda found: SUCCESSOR.get(found[0]) or WORDS.get(found[0], found[0]), words
    )


def strength_rows(stated: pd.DataFrame, groups: set[str]) -> pd.DataFrame:
    """Return the stated strengths in both languages, in the order of the article.

    Raises
    ------
    InvalidTable
        If a strength is repeated, has no translation, or names a group that is not there.
    """
    rows = stated.rename(
        columns={
            "country_iso3": "country",
            "strength_as_stated_english": "strength_en",
            "strength_as_printed": "strength_printed",
        }
    )
    problems = _repeated(rows, ["country", "strength_en"])
    problems += _unequal(set(rows["strength_en"]), set(STRENGTHS_VI), "translation")
    problems += _unknown(rows["group_id"], {*groups, NONE, AMBIGUOUS}, "group")
    problems += [
        f"'{code}' is no code of a country"
        for code in rows["country"].unique()
        if not re.fullmatch(r"[A-Z]{3}", code)
    ]
    problems += _blank(rows, ["strength_printed", "mapping_basis", "source_title", "source_url"])
    _refuse(problems, "stated_strengths.csv", "STRENGTHS_VI")
    rows = rows.assign(strength_vi=rows["strength_en"].map(STRENGTHS_VI))
    return rows[list(WRITTEN["stated_strengths"])]


def conflict_rows(conflicts: pd.DataFrame) -> pd.DataFrame:
    """Return where sources disagree, with what and why in both languages, sorted by id.

    Raises
    ------
    InvalidTable
        If an id is repeated or has no translation, or a cell is empty.
    """
    problems = _repeated(conflicts, ["conflict_id"])
    problems += _unequal(set(conflicts["conflict_id"]), set(CONFLICTS_VI), "translation")
    problems += _blank(conflicts, list(READ["conflicts"]))
    _refuse(problems, "conflicts.csv", "CONFLICTS_VI")
    rows = conflicts.assign(
        what_vi=[CONFLICTS_VI[name][0] for name in conflicts["conflict_id"]],
        reason_vi=[CONFLICTS_VI[name][1] for name in conflicts["conflict_id"]],
    )
    return rows[list(WRITTEN["conflicts"])].sort_values("conflict_id")


def _repeated(rows: pd.DataFrame, key: list[str]) -> list[str]:
    """Return a problem for each key that stands twice."""
    twice = rows.loc[rows.duplicated(key), key].fillna("").astype("str")
    return [f"{' '.join(cells)} is repeated" for cells in twice.itertuples(index=False)]


def _unknown(values: pd.Series, known: set[str], what: str) -> list[str]:
    """Return a problem for each value that is not known."""
    return [f"there is no {what} '{value}'" for value in values.unique() if value not in known]


def _unequal(wanted: set[str], given: set[str], what: str) -> list[str]:
    """Return a problem for each name without what it needs, or with what nobody needs."""
    problems = [f"'{name}' has no {what}" for name in sorted(wanted - given)]
    return problems + [f"'{name}' needs no {what}" for name in sorted(given - wanted)]


def _blank(rows: pd.DataFrame, columns: list[str]) -> list[str]:
    """Return a problem for each column with an empty cell."""
    return [f"'{column}' has empty cells" for column in columns if rows[column].isna().any()]


def _refuse(problems: list[str], table: str, name: str) -> None:
    """Raise if there are problems."""
    if problems:
        raise InvalidTable(
            "; ".join(problems) + ".",
            where=table,
            next_step=f"Correct the table, or {name} in tools/build_taxonomy.py.",
        )


def read_reference(folder: Path) -> dict[str, pd.DataFrame]:
    """Return the tables of the folder by name, all cells as text.

    Raises
    ------
    TechDiplomacyError
        If a table is missing.
    InvalidTable
        If a column is missing.
    """
    tables = {}
    for name, columns in READ.items():
        path = folder / f"{name}.csv"
        if not path.is_file():
            raise TechDiplomacyError(
                f"There is no table {path.name}.",
                where=str(folder),
                next_step="Name the folder that holds the reference tables.",
            )
        table = read_csv(path, dtype="str")
        missing = [column for column in columns if column not in table.columns]
        _refuse([f"column '{column}' is missing" for column in missing], path.name, "READ")
        tables[name] = table
    return tables


def build_taxonomy(folder: Path) -> dict[str, int]:
    """Write the five lists, once all of them are checked, and return how many rows each has."""
    tables = read_reference(folder)
    technologies = technology_rows(tables["technologies"])
    groups = technologies[technologies["product_no"].eq("")]
    framework_of = dict(zip(groups["group_id"], groups["framework"], strict=True))
    first = {group for group, framework in framework_of.items() if framework == FIRST}
    lists = {
        "technologies": technologies,
        "patent_classes": class_rows(tables["concordance"], first),
        "field_groups": field_rows(
            tables["wipo35_to_groups"],
            tables["science_fields_to_groups"],
            tables["github_topics_to_groups"],
            framework_of,
        ),
        "stated_strengths": strength_rows(tables["stated_strengths"], first),
        "conflicts": conflict_rows(tables["conflicts"]),
    }
    for name, rows in lists.items():
        text = rows.to_csv(index=False, lineterminator="\n")
        write_bytes(reference_file(name), text.encode())
    return {name: len(rows) for name, rows in lists.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the script and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder of the project's reference tables")
    chosen = parser.parse_args(arguments)
    try:
        written = build_taxonomy(chosen.folder)
    except TechDiplomacyError as error:
        print(error, file=sys.stderr)
        return 1
    for name, rows in written.items():
        print(f"data/reference/{name}.csv: {rows} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
