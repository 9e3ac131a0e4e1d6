/* SPDX-License-Identifier: MIT
 *
 * Knows files by their first bytes, which two tables list. A tar archive older than 1988 has none
 * of its own and is known by its checksum.
 */
#include "config.h"

#include "magic.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TAR_BLOCK = 512, TAR_SUM = 148, TAR_SUM_SIZE = 8, TAR_MAGIC = 257 };

#define BYTES(text) text, sizeof(text) - 1

static const struct {
    const char *bytes;
    size_t size;
    enum packing packing;
} packings[] = {
    {BYTES("\x1F\x8B"), PACKING_GZIP},
    {BYTES("\xFD"
           "7zXZ\0"),
     PACKING_XZ},
    {BYTES("\x28\xB5\x2F\xFD"), PACKING_ZSTD},
    {BYTES("PK\x03\x04"), PACKING_ZIP},
    {BYTES("PK\x05\x06"), PACKING_ZIP}, /* without any member */
    {BYTES("7z\xBC\xAF\x27\x1C"), PACKING_SEVEN_ZIP},
};

#define PANDAS(function)                                                                           \
    "; write it as CSV first, with pandas: pandas." function "(FILE).to_csv(\"x.csv\", "           \
    "index=False)"

static const char PICKLE[] = "the file is a Python pickle, which can run programs when it is read; "
                             "if you trust it, write what is in it as CSV with Python";
static const char OBJECTS_OF_R[] = "the file holds objects of R; write them with write.csv first";

static const struct {
    const char *bytes;
    size_t size;
    const char *says;
} foreign[] = {
    {BYTES("PAR1\x15"), "the file is Parquet" PANDAS("read_parquet")},
    {BYTES("FEA1\0"), "the file is Feather" PANDAS("read_feather")},
    {BYTES("ARROW1\0"), "the file is Feather or Arrow" PANDAS("read_feather")},
    {BYTES("\x89HDF\r\n\x1A\n"), "the file is HDF5" PANDAS("read_hdf")},
    {BYTES("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
     "the file is an Excel workbook (.xls) or another old Office document; save its sheet as CSV"},
    {BYTES("\x80\x02"), PICKLE},
    {BYTES("\x80\x03"), PICKLE},
    {BYTES("\x80\x04\x95"), PICKLE},
    {BYTES("\x80\x05\x95"), PICKLE},
    {BYTES("\x93NUMPY"), "the file is a NumPy array; write it as text first: "
                         "numpy.savetxt(\"x.csv\", numpy.load(FILE), delimiter=\",\", fmt=\"%s\")"},
    {BYTES("SQLite format 3"),
     "the file is an SQLite database; --table NAME reads one of its tables"},
    {BYTES("Obj\x01"), "the file is Avro; write it as CSV or as JSON lines first"},
    {BYTES("RDX2\n"), OBJECTS_OF_R},
    {BYTES("RDX3\n"), OBJECTS_OF_R},
    {BYTES("MATLAB 5.0"), "the file is MATLAB's; write its matrix with writematrix first"},
    {BYTES("Rar!\x1A\x07"), "the file is a RAR archive, which thaw does not read; unpack it first"},
    {BYTES("\x1F\x9D"), "the file is packed by compress; unpack it first: uncompress FILE"},
    {BYTES("\x04\x22\x4D\x18"), "the file is packed by lz4; unpack it first: lz4 -d FILE"},
    {BYTES("LZIP\x01"), "the file is packed by lzip; unpack it first: lzip -d FILE"},
    {BYTES("%PDF-"), "the file is a PDF document, not data"},
    {BYTES("%%MatrixMarket"), "the file is a matrix in MatrixMarket's form; write its rows as CSV "
                              "with the columns user, item and rating first"},
    {BYTES("version https://git-lfs"),
     "the file is a pointer of Git LFS and not the data; `git lfs pull` brings that"},
};

static const char WEB_PAGE[] =
    "the file is a web page, not data; perhaps the download asked to log in or to agree to terms";

static bool begins(const void *bytes, size_t size, const char *magic, size_t length)
{
    return size >= length && memcmp(bytes, magic, length) == 0;
}

/* The checksum of a header adds up its bytes, with blanks in its own place. */
static bool is_tar(const unsigned char *block, size_t size)
{
    if (size < TAR_BLOCK || *block == '\0')
        return false;
    if (memcmp(block + TAR_MAGIC, "ustar", 5) == 0)
        return true;
    unsigned long sum = TAR_SUM_SIZE * ' ', stored;
    char text[TAR_SUM_SIZE + 1] = "", *end;
    for (size_t i = 0; i < TAR_BLOCK; i++)
        sum += i < TAR_SUM || i >= TAR_SUM + TAR_SUM_SIZE ? block[i] : 0;
    memcpy(text, block + TAR_SUM, TAR_SUM_SIZE);
    stored = strtoul(text, &end, 8);
    return end > text && (*end == ' ' || *end == '\0') && memchr(block, '\0', 100) && stored == sum;
}

enum packing magic_packing(const void *bytes, size_t size)
{
    const char *text = bytes;
    for (size_t i = 0; i < sizeof packings / sizeof *packings; i++)
        if (begins(bytes, size, packings[i].bytes, packings[i].size))
            return packings[i].packing;
    if (size >= 10 && memcmp(text, "BZh", 3) == 0 && text[3] >= '1' && text[3] <= '9' &&
        (memcmp(text + 4, "1AY&SY", 6) == 0 || memcmp(text + 4, "\x17rE8P\x90", 6) == 0))
        return PACKING_BZIP2;
    return is_tar(bytes, size) ? PACKING_TAR : PACKING_NONE;
}

const char *packing_words(enum packing packing)
{
    static const char *const words[] = {
#define X(name, text) text,
        PACKINGS(X)
#undef X
    };
    return words[packing];
}

static bool is_web_page(const char *text, size_t size)
{
    static const char *const words[] = {"<!doctype html", "<html"};
    size_t at = 0;
    while (at < size && strchr(" \t\r\n", text[at]) && text[at] != '\0')
        at++;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (size - at >= strlen(words[i]) &&
            strncasecmp(text + at, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

const char *magic_refuse(const void *bytes, size_t size)
{
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (begins(bytes, size, foreign[i].bytes, foreign[i].size))
            return foreign[i].says;
    return is_web_page(bytes, size) ? WEB_PAGE : NULL;
}
