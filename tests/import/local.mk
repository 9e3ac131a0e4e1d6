# tests of import
