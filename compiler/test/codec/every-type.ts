/** A schema with every type in every position, for tests of codecs. */

export const everyType = `
package every.v1

enum Colour { RED = 0, GREEN = 1, DEEP = 200, NEGATIVE = -1 }
closed enum Switch { OFF = 0, ON = 1 }

message Scalars {
  1 aBool: bool
  2 anInt32: int32
  3 anInt64: int64
  4 aUint32: uint32
  5 aUint64: uint64
  6 aSint32: sint32
  7 aSint64: sint64
  8 aFixed32: fixed32
  9 aFixed64: fixed64
  10 anSfixed32: sfixed32
  11 anSfixed64: sfixed64
  12 aFloat: float
  13 aDouble: double
  14 aString: string
  15 someBytes: bytes
  16 aColour: Colour
  17 aSwitch: Switch
  @js(number)
  18 asNumber: int64
  @js(string)
  19 asString: uint64
}

message Optionals {
  1 aBool?: bool
  2 anInt32?: int32
  3 aDouble?: double
  4 aString?: string
  5 someBytes?: bytes
  6 aColour?: Colour
  100 nested?: Scalars
  101 when?: timestamp
  536870911 last?: sint64
}

message Lists {
  1 bools: bool[]
  2 int32s: int32[]
  3 int64s: int64[]
  4 sint64s: sint64[]
  5 fixed32s: fixed32[]
  6 doubles: double[]
  7 floats: float[]
  8 strings: string[]
  9 blobs: bytes[]
  10 colours: Colour[]
  11 messages: Scalars[]
  12 shapes: Shape[]
  @unpacked
  13 loose: int32[]
  14 times: timestamp[]
}

message Maps {
  1 byString: map<string, string>
  2 byInt: map<int32, Scalars>
  3 byLong: map<uint64, Colour>
  4 byBool: map<bool, bytes>
  5 byZigzag: map<sint64, double>
  6 toShape: map<string, Shape>
  7 toTime: map<fixed32, timestamp>
}

message Point { 1 x: sint32, 2 y: sint32 }

union Shape {
  1 point: Point
  2 name: string
  3 size: double
  4 colour: Colour
}

message Tree {
  1 value: int32
  2 left: Tree
  3 right: Tree
  4 children: Tree[]
  5 named: map<string, Tree>
}

message Choice {
  1 before: string
  choice?: union { 2 text: string, 4 tree: Tree, 6 flag: bool, 7 toggle: Switch, 8 when: timestamp }
  3 between: string
  5 after: Scalars
  second?: union { 10 one: int32, 11 two: Point }
}

message Wrapper { 1 inner: Scalars, 2 shape: Shape, 3 choice: Choice, 4 lists: Lists, 5 data: json, 6 lasting: duration }

@code(DATA_LOSS)
error Broken { 1 reason: string, 2 at: Point, 3 codes: int32[] }
`;
