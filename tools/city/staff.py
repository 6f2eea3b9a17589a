"""staff.csv: fictional people in every role, the same ones every time."""

import hashlib

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂文辉玲建国华梅红玉兰英鹏飞宇浩欣怡佳琪雨晨思远志诚嘉俊凯峰海波云松雪琴燕斌宁昕睿哲彤颖倩薇蕾瑶婷亮健康永春晓东新立正德仁义礼信毅恒泽润清源"

CITY_CENTRE = {
    **{f"calltaker{number}": ["call_taker"] for number in range(1, 7)},
    "shiftleader": ["shift_leader"],
    "dispatcher": ["dispatcher"],
    "dispatcher2": ["dispatcher"],
    "reviewer": ["centre_reviewer"],
    "callback1": ["callback_clerk"],
    "callback2": ["callback_clerk"],
    "callback3": ["callback_clerk"],
    "supervisor": ["supervisor"],
    "inspector": ["inspector"],
    "analyst": ["analyst"],
    "secrecy": ["secrecy_officer"],
    "leader": ["leader"],
    "data": ["data_steward"],
    "system": ["system_administrator"],
    "security": ["security_administrator"],
    "audit": ["audit_administrator"],
}
COUNTY_CENTRE = {
    "dispatcher": ["dispatcher"],
    "reviewer": ["centre_reviewer"],
    "callback": ["callback_clerk"],
    "supervisor": ["supervisor"],
    "inspector": ["inspector"],
    "leader": ["leader"],
}
# Who dispatches does not grade, even at the smallest station.
STATION = {"dispatcher": ["dispatcher"], "reviewer": ["centre_reviewer", "callback_clerk"]}
CITY_DEPARTMENT = {
    "receiver": ["unit_receiver"],
    "handler": ["unit_handler"],
    "reviewer": ["unit_reviewer"],
    "signer": ["unit_signer"],
}
SMALL_UNIT = {"handler": ["unit_receiver", "unit_handler"], "signer": ["unit_reviewer", "unit_signer"]}
TEAM = {"handler": ["unit_receiver", "unit_handler"], "signer": ["unit_signer"]}

HEADER = ["login", "name", "unit", "roles"]


def staff(units, divisions):
    """Rows of login, name, unit and roles. A grid worker's login names the grid he or she walks."""
    towns = {area.id for area in divisions if area.level == "town"}
    first_grid = {}
    for area in divisions:
        if area.level == "grid":
            first_grid.setdefault(area.parent, area.id.rpartition(".")[2])
    rows = []
    for unit in units:
        base = unit.id.removesuffix(".centre").removesuffix(".government")
        for post, roles in posts(unit).items():
            rows.append(member(f"{base}.{post}", unit, roles))
        if unit.kind == "government" and unit.area in towns:
            rows.append(member(f"{base}.grid{first_grid[unit.area]}", unit, ["grid_worker"]))
    return rows


def posts(unit):
    if unit.kind == "centre":
        return {"city_centre": CITY_CENTRE, "county_centre": COUNTY_CENTRE, "town_centre": STATION}[unit.peer_group]
    if unit.kind == "team":
        return TEAM
    return CITY_DEPARTMENT if unit.id.startswith("city.") else SMALL_UNIT


def member(login, unit, roles):
    digest = hashlib.sha256(login.encode()).digest()
    pick = lambda text, place: text[int.from_bytes(digest[place : place + 4]) % len(text)]
    name = pick(SURNAMES, 0) + pick(GIVEN, 4) + (pick(GIVEN, 8) if digest[12] % 4 else "")
    return [login, name, unit.id, " ".join(roles)]
