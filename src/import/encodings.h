/* SPDX-License-Identifier: MIT
 *
 * The encodings of text that thaw reads, by their names.
 */
#ifndef IMPORT_ENCODINGS_H
#define IMPORT_ENCODINGS_H

#include <stdbool.h>

#include "base/error.h"

/* One row per encoding: constant, name for a person, name for iconv, other names. What the web
 * calls GBK and GB2312 is read as GB18030, which contains them, and Shift_JIS as Windows reads it.
 */
#define ENCODINGS(X)                                                                               \
    X(UTF_8, "UTF-8", "UTF-8", "utf8")                                                             \
    X(UTF_16LE, "UTF-16LE", "UTF-16LE", "utf-16 ucs2")                                             \
    X(UTF_16BE, "UTF-16BE", "UTF-16BE", "")                                                        \
    X(UTF_32LE, "UTF-32LE", "UTF-32LE", "utf-32 ucs4")                                             \
    X(UTF_32BE, "UTF-32BE", "UTF-32BE", "")                                                        \
    X(WINDOWS_1252, "windows-1252", "CP1252", "cp1252 ansi")                                       \
    X(ISO_8859_1, "ISO-8859-1", "ISO-8859-1", "latin1 iso88591")                                   \
    X(GB18030, "GB18030", "GB18030", "gbk gb2312 cp936")                                           \
    X(SHIFT_JIS, "Shift_JIS", "CP932", "sjis cp932 windows-31j ms932")                             \
    X(EUC_JP, "EUC-JP", "EUC-JP", "")                                                              \
    X(EUC_KR, "EUC-KR", "CP949", "cp949 uhc")                                                      \
    X(BIG5, "Big5", "BIG5-HKSCS", "big5-hkscs cp950")                                              \
    X(WINDOWS_1250, "windows-1250", "CP1250", "cp1250")                                            \
    X(WINDOWS_1251, "windows-1251", "CP1251", "cp1251")                                            \
    X(WINDOWS_1253, "windows-1253", "CP1253", "cp1253")                                            \
    X(WINDOWS_1254, "windows-1254", "CP1254", "cp1254")                                            \
    X(WINDOWS_1255, "windows-1255", "CP1255", "cp1255")                                            \
    X(WINDOWS_1256, "windows-1256", "CP1256", "cp1256")                                            \
    X(ISO_8859_2, "ISO-8859-2", "ISO-8859-2", "latin2")                                            \
    X(ISO_8859_15, "ISO-8859-15", "ISO-8859-15", "latin9")                                         \
    X(KOI8_R, "KOI8-R", "KOI8-R", "")                                                              \
    X(CP437, "CP437", "CP437", "ibm437")                                                           \
    X(CP850, "CP850", "CP850", "ibm850")                                                           \
    X(MACINTOSH, "macintosh", "MACINTOSH", "macroman")

enum encoding {
#define X(constant, name, converter, others) ENCODING_##constant,
    ENCODINGS(X)
#undef X
        ENCODING_COUNT
};

const char *encoding_name(enum encoding encoding);
const char *encoding_converter(enum encoding encoding);

/* By any of its names, in any case, with or without "-", "_" and blanks. An unknown name is an
 * error (USAGE) that lists the known ones. */
bool encoding_find(const char *name, enum encoding *encoding, struct error *error);

#endif
