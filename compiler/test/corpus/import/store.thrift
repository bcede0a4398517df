#!/usr/bin/thrift
# Licence of the store.

namespace java com.example.store
namespace * store.v1

include "missing.thrift"

/** The most that is kept. */
const i32 LIMIT = 100
const map<string, list<i32>> DEEP = {"a": [1, 2], "b": []}

typedef list<string> Names
typedef i64 (cpp.type = "Id") Id

enum Level { LOW = 1, HIGH, DEBUG = 0x10 }

/* A column. */
struct Column {
  1: required binary name,
  2: optional i32 ttl = 5;  // in seconds
  3: i64 written_at (js.type = "Long")
  -1: string odd
  string unnumbered
  6: list<list<i32>> grid
  7: set<string> tags,
  8: set<Column> inner,
  9: map<Level, string> byLevel
  10: missing.Thing thing
  11: Names names
  12: i16 small
  13: uuid key
  14: NotFound failure
}

union Value { 1: string text; 2: list<i64> numbers }

exception NotFound { 1: string why }

service Base { void ping(), string get_name(string first, string last) }

service Store extends Base {
  # Reads.
  Column get(1: required string key, 2: Level level = Level.LOW) throws (1: NotFound nfe),
  list<Column> get_slice(1: string from, 3: optional string until)
  oneway void log(1: string line)
  Id count() (deprecated = "use size")
  string getName()
  missing.Thing lost()
  void odd() throws (1: Column column)
}
struct Column { 1: i32 again }
