-- SPDX-License-Identifier: MIT
--
-- Parts of a mapping that read texts. A text is folded (Unicode NFKC, without case) and cut into
-- words: runs of letters and digits, "don't" and "3.5" as one word, "king's" as "king"; in Chinese
-- and Japanese, which have no spaces, characters and pairs of neighbours.
local declare = require "thaw.declare"
local table_options = require "thaw.table_options"

-- Separates the words of a list; one more stands behind the last.
local UNIT = "\31"
local WORDS_MOST, COLUMNS_MOST = 100000, 1024

local function list_check(value)
  if type(value) ~= "table" then return "a list of words, as in { 'the', 'a' }" end
  if #value > WORDS_MOST then return ("a list of at most %d words"):format(WORDS_MOST) end
  for _, word in ipairs(value) do
    if type(word) ~= "string" or word == "" or word:find("[%z\31]") then
      return ("a list of words, but %s is in it"):format(declare.show(word))
    end
  end
end

local TOKENS = { "tokens", "choice", default = "words", choices = { "words", "characters" },
                 help = "words; or of every word its characters and pairs of neighbours, as of Chinese" }
local SHARE = { "most_share", "number", default = 1, least = 0, most = 1,
                help = "words that more than this share of the training texts have are unknown" }
local STOP = { "stop", "any", optional = true, check = list_check, help = "words that are left out" }
local LEXICON = { "lexicon", "any", optional = true, check = list_check,
                  help = "words of a language without spaces, such as Chinese: the longest that fits is taken, instead of characters and pairs" }
local VOCABULARY = { "vocabulary", "whole", default = 20000, least = 0, most = 1000000,
                     help = "keeps so many words, those that most training texts have; 0 keeps all" }

local function least(default)
  return { "least", "whole", default = default, least = 1, help = "words that fewer training texts have are unknown" }
end

local function columns(default, least_columns, help)
  return { "columns", "whole", default = default, least = least_columns, most = COLUMNS_MOST, help = help }
end

local POOL = { "pool", "choice", default = "mean", choices = { "mean", "tfidf", "attention" },
               help = "every occurrence of a word counts once; or the fewer texts have it, the more; or times e to a learned score: the field is then a bag whose table starts with the vectors" }

-- Options of one way to learn vectors; a value that the other way would not read is a mistake.
local SKIP_GRAM = { "negatives", "epochs", "frequent", "lr" }

local function pool_check(options)
  if options.pool == "attention" and options.scale ~= "standard" and options.scale ~= "none" then
    return ("cannot scale the vectors of words by '%s', so with pool = 'attention' scale is 'standard' or 'none'"):format(options.scale), "scale"
  end
  if options.pool == "attention" and options.missing then
    return "has a learned vector for texts without a word if pool = 'attention', and so no `missing`", "missing"
  end
  return table_options.pool_wrong(options, "vector")
end

local function vectors_check(parameters)
  return function(options)
    local other, way = SKIP_GRAM, "skip_gram"
    if options.by == "skip_gram" then other, way = { "power" }, "ppmi" end
    for _, name in ipairs(other) do
      if options[name] ~= declare.find(parameters, name).default then
        return ("has '%s', but only by = '%s' takes it"):format(name, way), name
      end
    end
    return pool_check(options)
  end
end

local function file_check(value)
  if type(value) == "string" and #value > 0 and #value <= 1000 and utf8.len(value) and not value:find("[%z\1-\31\127]") then
    return nil
  end
  return "the path of a file of vectors, from the folder of the script or from the root"
end

local text = {}

-- Adds the constructors to `map`, whose own parameters `of`, `scale` (of a default) and `missing`
-- they share.
function text.define(map, of, scale, missing)
  map.words = declare.constructor {
    name = "map.words", kind = "mapping", positional = "of",
    example = [[item = { title = map.words { least = 2, stop = { "the" } } }]],
    help = "the words of a text, as a bag",
    parameters = table_options.texts { of, TOKENS, least(1), SHARE, STOP, LEXICON, VOCABULARY, table_options.POOL, table_options.SCORE("word") },
    check = function(options) return table_options.pool_wrong(options, "word") end,
  }

  map.tfidf = declare.constructor {
    name = "map.tfidf", kind = "mapping", positional = "of",
    example = [[item = { title = map.tfidf { least = 2 }, place = map.tfidf { of = "title", columns = 4 } }]],
    help = "the words of a text, weighted by how often it has them and how few training texts do; or numbers made of these weights",
    parameters = table_options.texts {
      of, TOKENS, least(1), SHARE, STOP, LEXICON, VOCABULARY,
      { "sublinear", "flag", default = false, help = "a word that occurs n times counts 1 + log n" },
      columns(0, 0, "0: a bag with weights; else the numbers of a text along the first singular vectors of the training texts"),
      table_options.POOL, table_options.SCORE("word"),
      scale("standard"), missing,
    },
    check = function(options) return table_options.pool_wrong(options, "word", options.columns == 0) end,
  }

  local of_vectors = table_options.texts {
    of, TOKENS, least(2), SHARE, STOP, LEXICON, VOCABULARY,
    columns(50, 1, "numbers of a vector"),
    { "by", "choice", default = "ppmi", choices = { "ppmi", "skip_gram" },
      help = "singular vectors of the positive pointwise mutual information of neighbours; or skip-gram with negative samples (Mikolov et al. 2013)" },
    { "window", "whole", default = 5, least = 1, most = 100,
      help = "words on each side that are neighbours; by skip_gram the most of them, drawn for each word" },
    { "smooth", "number", default = 0.75, least = 0, most = 1,
      help = "power of how often a neighbour occurs: below 1, rare ones tell less; by skip_gram they are drawn more often" },
    { "power", "number", default = 0.5, least = 0, most = 1,
      help = "by ppmi, of the singular values: how much the first columns are larger" },
    { "negatives", "whole", default = 5, least = 1, most = 100, help = "by skip_gram: words drawn against each neighbour" },
    { "epochs", "whole", default = 20, least = 1, most = 1000, help = "by skip_gram: how often the texts are passed" },
    { "frequent", "number", default = 1e-3, least = 1e-8, most = 1,
      help = "by skip_gram: of a word with a larger share of all words only some occurrences are passed; 1 passes all" },
    { "lr", "number", default = 0.025, least = 1e-6, most = 1, help = "by skip_gram: rate of the first step, from which it falls to 0" },
    POOL, table_options.SCORE("vector"),
    scale("standard"), missing,
  }
  map.word_vectors = declare.constructor {
    name = "map.word_vectors", kind = "mapping", positional = "of",
    example = [[item = { title = map.word_vectors { columns = 8 }, near = map.word_vectors { of = "title", columns = 8, by = "skip_gram", epochs = 5 } }]],
    help = "the mean of vectors of the words of a text, which are learned from the training texts: words with the same neighbours are alike",
    parameters = of_vectors,
    check = vectors_check(of_vectors),
  }

  map.pretrained = declare.constructor {
    name = "map.pretrained", kind = "mapping", positional = "of",
    example = [[item = { title = map.pretrained { file = "vectors.txt" } }]],
    help = "the mean of vectors of the words of a text, which a file has: GloVe's, or word2vec's as text or binary",
    parameters = table_options.texts {
      of,
      { "file", "any", required = true, check = file_check, help = "its path, from the folder of the script or from the root" },
      TOKENS,
      { "least", "whole", default = 0, least = 0, help = "words that fewer training texts have are left out; 0 keeps those of all texts" },
      STOP, LEXICON, POOL, table_options.SCORE("vector"), scale("standard"), missing,
    },
    check = pool_check,
  }
end

local KINDS = { words = true, tfidf = true, word_vectors = true, pretrained = true }

-- Whether a part of this kind reads a text.
function text.reads(kind) return KINDS[kind] or false end

local function joined(list)
  return list and #list > 0 and table.concat(list, UNIT) .. UNIT or ""
end

-- What the program reads of a part, from its options; nil for other kinds.
function text.describe(kind, options)
  if not KINDS[kind] then return nil end
  return {
    tokens = options.tokens, stop = joined(options.stop), lexicon = joined(options.lexicon), most_share = options.most_share or 1, vocabulary = options.vocabulary or 0,
    columns = options.columns or 0, sublinear = options.sublinear or false, window = options.window or 1,
    by = options.by or "ppmi", smooth = options.smooth or 1, power = options.power or 1, negatives = options.negatives or 1,
    epochs = options.epochs or 1, frequent = options.frequent or 1, lr = options.lr or 1, pool = options.pool or "mean", file = options.file or "",
  }
end

return text
