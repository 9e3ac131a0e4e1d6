/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "encoding_letters.h"

#include <iconv.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"

/* Letters beyond ASCII, the most frequent first: of words in small letters, and the same in
 * capitals; "-" where there is none. */
static const struct alphabet {
    const char *lower, *upper;
} western = {"éäöáíèüóàçãêñåøôâúæëïßîûõòìùœýþðšžÿªº", "ÉÄÖÁÍÈÜÓÀÇÃÊÑÅØÔÂÚÆËÏ-ÎÛÕÒÌÙŒÝÞÐŠŽŸ--"},
  french = {"éèêàçôâîûùëïœ", "ÉÈÊÀÇÔÂÎÛÙËÏŒ"}, german = {"üäößéå", "ÜÄÖ-ÉÅ"},
  spanish = {"óíáéñúü", "ÓÍÁÉÑÚÜ"}, portuguese = {"ãçéáíóêõâúôà", "ÃÇÉÁÍÓÊÕÂÚÔÀ"},
  italian = {"àèùìòé", "ÀÈÙÌÒÉ"}, nordic = {"øåæéä", "ØÅÆÉÄ"},
  icelandic = {"ðáíóþöæúéý", "ÐÁÍÓÞÖÆÚÉÝ"},
  central = {"áéíóěšýčřžůłęąśżúćńőöüűźäťôňďăşţîâľĺŕđçëß",
             "ÁÉÍÓĚŠÝČŘŽŮŁĘĄŚŻÚĆŃŐÖÜŰŹÄŤÔŇĎĂŞŢÎÂĽĹŔĐÇË-"},
  czech = {"áíéěšřýžčůúňťďóľôäĺŕ", "ÁÍÉĚŠŘÝŽČŮÚŇŤĎÓĽÔÄĹŔ"}, polish = {"łęąóśżćńź", "ŁĘĄÓŚŻĆŃŹ"},
  hungarian = {"éáöóőüíúű", "ÉÁÖÓŐÜÍÚŰ"}, croatian = {"čšžćđ", "ČŠŽĆĐ"},
  romanian = {"ăîţşâé", "ĂÎŢŞÂÉ"}, turkish = {"ışüğçöâîû-", "-ŞÜĞÇÖÂÎÛİ"},
  cyrillic = {"оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфёъіїєґў", "ОЕАИНТСРВЛКМДПУЯЫЬГЗБЧЙХЖШЮЦЩЭФЁЪІЇЄҐЎ"},
  greek = {"αοιετσνηυρκπμλςωδγθφχβάέίόήξύώζψϊϋΐΰ", "ΑΟΙΕΤΣΝΗΥΡΚΠΜΛ-ΩΔΓΘΦΧΒΆΈΊΌΉΞΎΏΖΨΪΫ--"},
  hebrew = {"ויהלאתרמבשנדעחקפגכצזםטסןךףץ", ""},
  arabic = {"اليمنتربودعسكهفقحجصشطخضذظغءزثةىأإئؤآ", ""};

static const struct alphabet *const alphabets[TEXT_KIND_COUNT] = {
    [TEXT_WESTERN] = &western,       [TEXT_FRENCH] = &french,         [TEXT_GERMAN] = &german,
    [TEXT_SPANISH] = &spanish,       [TEXT_PORTUGUESE] = &portuguese, [TEXT_ITALIAN] = &italian,
    [TEXT_NORDIC] = &nordic,         [TEXT_ICELANDIC] = &icelandic,   [TEXT_CENTRAL] = &central,
    [TEXT_CZECH] = &czech,           [TEXT_POLISH] = &polish,         [TEXT_HUNGARIAN] = &hungarian,
    [TEXT_CROATIAN] = &croatian,     [TEXT_ROMANIAN] = &romanian,     [TEXT_CENTRAL_2] = &central,
    [TEXT_CZECH_2] = &czech,         [TEXT_POLISH_2] = &polish,       [TEXT_CROATIAN_2] = &croatian,
    [TEXT_HUNGARIAN_2] = &hungarian, [TEXT_ROMANIAN_2] = &romanian,   [TEXT_TURKISH] = &turkish,
    [TEXT_RUSSIAN] = &cyrillic,      [TEXT_RUSSIAN_K] = &cyrillic,    [TEXT_GREEK] = &greek,
    [TEXT_HEBREW] = &hebrew,         [TEXT_ARABIC] = &arabic,
};

static const char joins[] = "’–—… ´·\xC2\xA0\xC2\xAD";
static const char signs[] = "€„‘“”•™§©«»®°×¡¿£¢±²³¹¼½¾№";

/* Frequent characters, in simplified and in traditional writing: each encoding takes what it has.
 */
static const char han[] = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而"
                          "子那得于着下自之年过发后作里用道行所然家种事成方多经么"
                          "去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想"
                          "实日军者意无力它与长把机十民第公此已工使情明性知全三又"
                          "关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己"
                          "制身果加西斯月话合回特代内信表化老给世位次度门任常先海"
                          "通教儿原东声提立及比员解水名真论处走义各入几口认平系气题活尔更别打女变四"
                          "神总何电安少报才结反受目太再感建务做接必场件期市直德命"
                          "山金指许王爱恋影梦城鬼龙夜星空花风雪雨红黑白马虎英雄传奇故黄飞鸿霸姬杀手"
                          "冷阿甘千寻游圣功夫侠谍警察盗墓笔记情书春夏秋冬歌舞"
                          "這個們來為國說時會對於後裡發過樣當經麼學動還進開從實軍無與長機關點業將兩"
                          "間問應戰頭體見產話給門兒東聲員處義幾認氣題爾變總電報結"
                          "務場愛戀夢龍風紅馬傳黃飛鴻殺尋遊聖俠諜盜筆記書臥藏悲飲食男女功";
static const char japanese[] = "のにはをたがでてとしれさあいるなもこらりうくかきっまよつけめせそす"
                               "わみえやちおどだじばんひほふへむゆぬねろべびぶぼずぞげぎごぐざ"
                               "ゃゅょアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホ"
                               "マミムメモヤユヨラリルレロワンガギグゲゴザジズゼゾダデドバビブベ"
                               "ボパピプペポッャュョァィゥェォヴー・、。「」！？日一人年大国本中長"
                               "出三時行見月分後前生五間上東四今金九入学高円子外八六下来気小七山話"
                               "女北午百書先名川千水半男西電校語土木聞食車何南万毎白天母火右読友左"
                               "休父雨神隠物語戦夜愛影夢城鬼龍星空花風雪春夏秋冬海世界君";
static const char korean[] =
    "이다는의에을가고한를로은하사기지도인서자리나어대아시일수그있해정들제전스부보라주원과여장상유으"
    "성구국만비생경조실소동미치면오공내"
    "안중신었요화우마드트세연선무계문영발모방산간등게니진음물것관거말년까더용복체단야러차학현명반물"
    "속식행심회날권결목금봄여름가을"
    "겨살추억괴친절씨충올친구왕왕의남녀꿈밤별달빛눈꽃바람하늘바다와위험너를나의적작품";

enum { OF_LETTERS = 94, OF_SIGNS = 5, OF_RARE = 1, PERCENT = 100, STEEP = 4 };
/* Of the characters of two bytes, so many are frequent ones. */
static const double FREQUENT = 0.6;

/* The bytes of the next character of a text of UTF-8. */
static size_t next_size(const char *text)
{
    unsigned char first = (unsigned char)*text;
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/* Converts a character. How many bytes it has in the other encoding; 0 if it has none there. */
static size_t convert(iconv_t converter, const char *text, size_t size, char *converted,
                      size_t room)
{
    char *from = (char *)text, *to = converted;
    size_t left = size, before = room;
    iconv(converter, NULL, NULL, NULL, NULL);
    return iconv(converter, &from, &left, &to, &room) == 0 && left == 0 ? before - room : 0;
}

/* The place of a character among the bytes from 80 on, or -1. */
static int place_of(iconv_t converter, const char *text, size_t size)
{
    char byte[4];
    bool single = convert(converter, text, size, byte, sizeof byte) == 1;
    return single && (unsigned char)*byte >= 0x80 ? (unsigned char)*byte - 0x80 : -1;
}

static void take_kinds(struct encoding_letters *letters, iconv_t converter, const char *text,
                       enum letter_kind kind)
{
    double weight = log((double)OF_SIGNS / PERCENT / 30);
    for (size_t size; *text; text += size) {
        size = next_size(text);
        int place = place_of(converter, text, size);
        if (place < 0 || letters->kinds[place] > LETTER_RARE)
            continue;
        letters->kinds[place] = kind;
        letters->weights[place] = weight;
    }
}

static size_t count_characters(const char *text)
{
    size_t count = 0;
    for (; *text; text += next_size(text))
        count++;
    return count;
}

/* The share of a letter falls with the square of its rank. */
static void take_alphabet(struct encoding_letters *letters, iconv_t converter, const char *text,
                          enum letter_kind kind)
{
    double sum = 1 / (STEEP - 0.5) - 1 / (STEEP - 0.5 + (double)count_characters(text));
    for (size_t size, rank = 0; *text; text += size, rank++) {
        size = next_size(text);
        int place = place_of(converter, text, size);
        double share = 1 / (double)((rank + STEEP) * (rank + STEEP));
        if (place < 0)
            continue;
        letters->kinds[place] = kind;
        letters->weights[place] = log((double)OF_LETTERS / PERCENT * share / sum);
    }
}

static void learn_singles(struct encoding_letters *letters, enum text_kind kind, iconv_t to,
                          iconv_t from)
{
    for (unsigned place = 0; place < 128; place++) {
        char byte = (char)(place + 0x80);
        size_t size = convert(from, &byte, 1, letters->characters[place], 4);
        letters->kinds[place] = size > 0 ? LETTER_RARE : LETTER_NONE;
        letters->weights[place] = log((double)OF_RARE / PERCENT / 60);
    }
    if (alphabets[kind]) {
        take_alphabet(letters, to, alphabets[kind]->lower, LETTER_LOWER);
        take_alphabet(letters, to, alphabets[kind]->upper, LETTER_UPPER);
    }
    take_kinds(letters, to, joins, LETTER_JOIN);
    take_kinds(letters, to, signs, LETTER_SIGN);
}

static void learn_pairs(struct encoding_letters *letters, enum text_kind kind, iconv_t to)
{
    const char *text = kind == TEXT_KOREAN                              ? korean
                       : kind == TEXT_CHINESE || kind == TEXT_TAIWANESE ? han
                                                                        : japanese;
    char pair[4];
    size_t count = 0;
    for (size_t size; *text; text += size) {
        size = next_size(text);
        if (convert(to, text, size, pair, sizeof pair) != 2)
            continue;
        unsigned code = (unsigned)(unsigned char)pair[0] << 8 | (unsigned char)pair[1];
        bool standard = kind != TEXT_CHINESE || (pair[0] & 0xFF) >= 0xA1;
        if (!standard || (kind == TEXT_CHINESE && (pair[1] & 0xFF) < 0xA1) ||
            encoding_letters_frequent(letters, code))
            continue;
        letters->frequent[code / 8] |= (unsigned char)(1U << code % 8);
        count++;
    }
    letters->frequent_weight = log(FREQUENT / (double)(count + 1));
}

bool encoding_letters_frequent(const struct encoding_letters *letters, unsigned pair)
{
    return letters->frequent[pair / 8] >> pair % 8 & 1;
}

static void learn(struct encoding_letters *letters, enum text_kind kind)
{
    iconv_t none = (iconv_t)-1;
    iconv_t to = iconv_open(encoding_converter(letters->encoding), "UTF-8");
    iconv_t from = iconv_open("UTF-8", encoding_converter(letters->encoding));
    if (to != none && from != none && letters->pairs)
        learn_pairs(letters, kind, to);
    else if (to != none && from != none)
        learn_singles(letters, kind, to, from);
    if (to != none)
        iconv_close(to);
    if (from != none)
        iconv_close(from);
}

struct encoding_letters *encoding_letters_new(void)
{
    static const struct {
        enum encoding encoding;
        bool pairs, latin;
        unsigned most_run;
        double prior;
    } rows[] = {
#define X(name, encoding, ...) {ENCODING_##encoding, __VA_ARGS__},
        TEXT_KINDS(X)
#undef X
    };
    struct encoding_letters *all = memory_array(TEXT_KIND_COUNT, sizeof *all);
    for (enum text_kind i = 0; i < TEXT_KIND_COUNT; i++) {
        all[i].encoding = rows[i].encoding;
        all[i].pairs = rows[i].pairs;
        all[i].latin = rows[i].latin;
        all[i].most_run = rows[i].most_run;
        all[i].prior = rows[i].prior;
        learn(&all[i], i);
    }
    return all;
}
