/* SPDX-License-Identifier: MIT
 *
 * The tables of the synthetic world: effects on the axes of taste, and the words of titles.
 * invention.h explains them.
 */
#include "config.h"

#include "invention.h"

const char *const axis_names[AXES] = {"serious", "dark", "fast", "real", "tender", "new"};

const struct effect genre_effects[GENRES] = {
    {"Drama", {100, 30, -60, 60, 40, 0}},      {"Comedy", {-100, -60, 20, 20, 20, 0}},
    {"Thriller", {30, 90, 100, 10, -60, 0}},   {"Romance", {10, -50, -50, 20, 120, 0}},
    {"Fantasy", {-20, 10, 40, -120, 10, 0}},   {"Documentary", {110, -10, -70, 130, -30, 0}},
    {"Adventure", {-40, -10, 110, -50, 0, 0}}, {"Mystery", {50, 70, 10, 0, -30, 0}},
    {"Family", {-70, -100, 0, -30, 80, 0}},    {"Horror", {-10, 130, 60, -70, -90, 0}},
};

const struct effect age_effects[AGES] = {
    {"15-24", {-22, 10, 25, -8, 0, 22}},
    {"25-39", {0, 8, 8, 0, 0, 8}},
    {"40-59", {12, 0, -8, 15, 5, -8}},
    {"60-79", {10, -15, -28, 10, 15, -25}},
};
const int age_ranges[AGES][2] = {{15, 10}, {25, 15}, {40, 20}, {60, 20}};

const struct effect gender_effects[GENDERS] = {
    {"F", {8, 0, 0, -6, 0, 10}},
    {"M", {-8, 0, 0, 6, 0, -10}},
};

const struct effect occupation_effects[OCCUPATIONS] = {
    {"student", {0, 0, 15, 0, 0, 12}},  {"teacher", {16, 0, 0, 12, 0, 0}},
    {"engineer", {0, 0, 8, -22, 0, 0}}, {"nurse", {0, -14, 0, 0, 20, 0}},
    {"artist", {6, 20, 0, -16, 0, 0}},  {"farmer", {0, 0, -12, 22, 0, 0}},
    {"clerk", {-22, 0, 0, 0, 8, 0}},    {"retired", {0, -8, -18, 0, 10, -10}},
};

const struct effect occasion_effects[OCCASIONS] = {
    {"alone", {18, 12, -6, 0, 0, 0}},
    {"friends", {-18, 6, 24, 0, -8, 0}},
    {"family", {-6, -30, 0, 0, 22, 0}},
};

const char *const countries[COUNTRIES] = {"Brazil", "Canada", "China", "Ireland", "Kenya"};

const struct word adjectives[ADJECTIVES] = {
    {"Silent", "沉默"},    {"Hidden", "隐秘"},      {"Golden", "金色"},
    {"Broken", "破碎"},    {"Distant", "遥远"},     {"Gentle", "温柔"},
    {"Burning", "燃烧"},   {"Frozen", "冰封"},      {"Borrowed", "借来"},
    {"Crooked", "歪斜"},   {"Emerald", "翡翠"},     {"Forgotten", "遗忘"},
    {"Glass", "玻璃"},     {"Hollow", "空心"},      {"Invisible", "看不见"},
    {"Jagged", "嶙峋"},    {"Last", "最后"},        {"Lonely", "孤独"},
    {"Midnight", "午夜"},  {"Narrow", "狭窄"},      {"Obedient", "听话"},
    {"Paper", "纸上"},     {"Quiet", "安静"},       {"Restless", "不安"},
    {"Salted", "咸味"},    {"Scarlet", "绯红"},     {"Second", "第二"},
    {"Sleepless", "无眠"}, {"Stolen", "偷来"},      {"Thirteenth", "第十三"},
    {"Unwritten", "未写"}, {"Upside-Down", "颠倒"}, {"Velvet", "丝绒"},
    {"Wandering", "流浪"}, {"Weightless", "失重"},  {"Whispering", "低语"},
    {"Wooden", "木头"},    {"Yellow", "黄色"},      {"Patient", "耐心"},
    {"Northern", "北方"},
};

const struct word nouns[GENRES][NOUNS] = {
    {{"Harbour", "港湾"},
     {"Orchard", "果园"},
     {"Inheritance", "遗产"},
     {"Staircase", "楼梯"},
     {"Verdict", "判决"},
     {"Winter", "冬天"},
     {"Daughter", "女儿"},
     {"Letter", "来信"}},
    {{"Neighbour", "邻居"},
     {"Wedding Cake", "婚礼蛋糕"},
     {"Moustache", "胡子"},
     {"Holiday", "假期"},
     {"Misunderstanding", "误会"},
     {"Uncle", "叔叔"},
     {"Parrot", "鹦鹉"},
     {"Elevator", "电梯"}},
    {{"Pursuit", "追捕"},
     {"Passport", "护照"},
     {"Countdown", "倒计时"},
     {"Witness", "证人"},
     {"Tunnel", "隧道"},
     {"Signal", "信号"},
     {"Ransom", "赎金"},
     {"Border", "边境"}},
    {{"Kiss", "吻"},
     {"Bridge", "桥"},
     {"Summer", "夏天"},
     {"Dance", "舞"},
     {"Umbrella", "伞"},
     {"Promise", "诺言"},
     {"Heart", "心"},
     {"Train", "列车"}},
    {{"Dragon", "龙"},
     {"Kingdom", "王国"},
     {"Mirror", "魔镜"},
     {"Sorcerer", "巫师"},
     {"Moon", "月亮"},
     {"Tower", "高塔"},
     {"Spell", "咒语"},
     {"Fox Spirit", "狐仙"}},
    {{"River", "河流"},
     {"Bees", "蜜蜂"},
     {"Glacier", "冰川"},
     {"Archive", "档案"},
     {"Workers", "工人"},
     {"Harvest", "收获"},
     {"Lighthouse", "灯塔"},
     {"Census", "人口普查"}},
    {{"Expedition", "远征"},
     {"Treasure", "宝藏"},
     {"Island", "岛"},
     {"Compass", "罗盘"},
     {"Caravan", "商队"},
     {"Summit", "顶峰"},
     {"Balloon", "气球"},
     {"Jungle", "丛林"}},
    {{"Key", "钥匙"},
     {"Footprint", "脚印"},
     {"Room", "房间"},
     {"Cipher", "密码"},
     {"Clock", "钟"},
     {"Stranger", "陌生人"},
     {"Alibi", "不在场证明"},
     {"Photograph", "照片"}},
    {{"Puppy", "小狗"},
     {"Kite", "风筝"},
     {"Grandmother", "奶奶"},
     {"Treehouse", "树屋"},
     {"Bakery", "面包店"},
     {"Snowman", "雪人"},
     {"School Bus", "校车"},
     {"Elephant", "大象"}},
    {{"Cellar", "地窖"},
     {"Doll", "人偶"},
     {"Scream", "尖叫"},
     {"Graveyard", "墓地"},
     {"Shadow", "影子"},
     {"Teeth", "牙齿"},
     {"Well", "古井"},
     {"Visitor", "来客"}},
};
