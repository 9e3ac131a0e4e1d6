#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Texts in many encodings by Python's codecs, for test_import_encodings.c:

    python3 tests/import/encoding_oracle.py > tests/import/encoding_oracle.inc
"""

ZH = "user,item,title\n1,1,霸王别姬\n1,2,这个杀手不太冷\n2,3,阿甘正传\n2,4,千与千寻、大话西游之大圣娶亲\n"
JA = "user,item,title\n1,1,千と千尋の神隠し\n1,2,もののけ姫\n2,3,となりのトトロ\n2,4,ソ連のポスター\n"
KO = "user,item,title\n1,1,기생충\n1,2,올드보이\n2,3,살인의 추억\n2,4,괴물 친절한 금자씨 봄날은 간다\n"
TW = "user,item,title\n1,1,霸王別姬\n1,2,臥虎藏龍\n1,3,悲情城市\n1,4,功夫\n"
RU = "user,item,title\n1,1,Ирония судьбы\n1,2,Бриллиантовая рука\n"
FR = "user,item,title\n1,1,Les Misérables\n1,2,À bout de souffle\n2,4,Père Noël\n"
TYPE = "user,item,title\n1,1,“L’été” – 5 €\n1,2,don’t\n"
DE = "user,item,title\n1,2,Größe Ärger Österreich Übermut\n"
PT = "user,item,title\n1,1,AÇÃO E PAIXÃO\n1,2,SÃO JOÃO\n"
PL = "user,item,title\n1,1,Żółć gęś\n1,2,Łódź\n"
EL = "user,item,title\n1,1,Ζορμπάς\n1,2,Πολίτικη Κουζίνα\n"
KO2 = "user,item,title\n1,기생충,5\n2,올드보이,4\n"
CS = "user,item,title\n1,1,Ostře sledované vlaky\n1,2,Žižka\n1,3,Tři oříšky pro Popelku\n1,4,Účastníci zájezdu\n"
HU = "user,item,title\n1,1,Testről és lélekről\n1,2,Hősök\n1,3,Üvegtigris\n"
TR = "user,item,title\n1,1,Kış Uykusu\n1,2,Hababam Sınıfı\n1,3,Babam ve Oğlum\n"
HE = "user,item,title\n1,1,ואלס עם באשיר\n1,2,הערת שוליים\n"
AR = "user,item,title\n1,1,باب الحديد\n1,2,وجدة\n"
ES = "user,item,title\n1,1,¿Qué he hecho yo para merecer esto?\n1,2,Año bisiesto\n1,3,El espíritu de la colmena\n"
IT = "user,item,title\n1,1,La vita è bella\n1,2,Più forte ragazzi\n1,3,La città delle donne\n"
DA = "user,item,title\n1,1,Den næste mand\n1,2,Brødre\n1,3,På gensyn\n"
UK = "user,item,title\n1,1,Тіні забутих предків\n1,2,Мої думки тихі\n"
TW2 = "user,item,title\n1,臥虎藏龍,5\n2,悲情城市,4\n3,飲食男女,3\n"
ZH2 = "user,item,title\n1,卧虎藏龙,5\n2,无间道,4\n"
BO = "user,item,title\n1,1,བོད་ཡིག\n1,2,ལྷ་ས་གློག་བརྙན\n"
UG = "user,item,title\n1,1,ئۇيغۇر كىنو\n1,2,سەنئەت\n"
RARE = "user,item,title\n1,1,𠀀𠮷野家\n1,2,𡃁妹仔\n"
FILM = "user,item,title\n1,1,中🙂\n"
MIXED = "user,item,title\n1,1,霸王别姬 Björk\n1,2,花样年华 Äon\n1,3,无间道 Straße\n"
CLEF = "user,item,title\n1,1,𝄞 and 😀\n"

# Text, Python's codec, thaw's name; what thaw finds by itself: a name, "" if it refuses, "?" if it is wrong.
CASES = [
    (ZH, "utf-8", "UTF-8", "UTF-8"), (ZH, "utf-8-sig", "UTF-8", "UTF-8"),
    (ZH, "gbk", "GBK", "GB18030"), (ZH, "gb18030", "GB18030", "GB18030"),
    (ZH, "utf-16-le", "UTF-16LE", "UTF-16LE"), (ZH, "utf-16-be", "UTF-16BE", "UTF-16BE"),
    (CLEF, "utf-16", "utf-16", "UTF-16LE"), (FR, "utf-32", "UTF-32", "UTF-32LE"),
    (CLEF, "gb18030", "GB18030", "GB18030"), (DE, "gb18030", "gb2312", "GB18030"),
    (KO, "gb18030", "GB18030", "GB18030"), (BO, "gb18030", "GB18030", "GB18030"), (UG, "gb18030", "GB18030", "GB18030"),
    (RARE, "gb18030", "GB18030", "GB18030"), (FILM, "gb18030", "GB18030", "GB18030"), (MIXED, "gb18030", "GB18030", "GB18030"),
    ("user,item,title\n1,1,中\n", "gbk", "cp936", "GB18030"),
    (JA, "cp932", "Shift_JIS", "Shift_JIS"), (JA, "cp932", "windows-31j", "Shift_JIS"),
    ("user,item,title\n1,1,ア\n", "cp932", "sjis", "Shift_JIS"),
    ("user,item,title\n1,1,東京物語\n1,2,羅生門\n", "cp932", "SJIS", "Shift_JIS"),
    (JA, "utf-16-le", "utf16le", "UTF-16LE"), (JA, "euc_jp", "EUC-JP", "EUC-JP"),
    (KO, "cp949", "EUC-KR", "EUC-KR"), (TW, "big5hkscs", "Big5", "Big5"),
    (RU, "cp1251", "windows-1251", "windows-1251"), (RU, "koi8-r", "koi8r", "KOI8-R"),
    (FR, "latin-1", "latin1", "ISO-8859-1"), (FR, "cp1252", "windows-1252", "ISO-8859-1"),
    (TYPE, "cp1252", "cp1252", "windows-1252"), (DE, "cp1252", "ANSI", "ISO-8859-1"),
    (PT, "cp1252", "windows_1252", "ISO-8859-1"), (FR, "cp850", "CP850", ""),
    (DE, "cp437", "ibm437", ""), (FR, "mac-roman", "macintosh", ""),
    (PL, "cp1250", "windows-1250", "windows-1250"), (PL, "iso8859-2", "latin2", "ISO-8859-2"),
    (TYPE.replace("“L’été” –", "œuvre").replace("’", "'"), "iso8859-15", "latin9", "?"),
    (EL, "cp1253", "cp1253", "windows-1253"), ("user,item\nİstanbul,ağaç\n", "cp1254", "cp1254", "windows-1254"),
    (KO2, "cp949", "UHC", "EUC-KR"), (CS, "cp1250", "cp1250", "windows-1250"), (CS, "iso8859-2", "latin2", "ISO-8859-2"),
    (HU, "cp1250", "cp1250", "windows-1250"), (TR, "cp1254", "cp1254", "windows-1254"),
    (HE, "cp1255", "cp1255", "windows-1255"), (AR, "cp1256", "cp1256", "windows-1256"),
    (ES, "latin-1", "latin1", "ISO-8859-1"), (IT, "latin-1", "latin1", "ISO-8859-1"), (DA, "latin-1", "latin1", "ISO-8859-1"),
    (UK, "cp1251", "cp1251", "windows-1251"), (TW2, "big5", "cp950", "Big5"), (ZH2, "gbk", "GBK", "GB18030"),
]


def text(data):
    """A C string; octal escapes end by themselves."""
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\?' else "\\%03o" % b for b in data) + '"'


print("/* Written by encoding_oracle.py. */")
for content, codec, name, found in CASES:
    data = content.encode(codec)
    print("{%s, %d,\n %s,\n %s, %s}," % (text(data), len(data), text(content.encode()), text(name.encode()),
                                        text(found.encode())))
