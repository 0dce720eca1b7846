// Random declarations and initializers that gcc mostly takes.
import { randomFrom } from './random.mjs'

const INTS = [
  'char',
  'signed char',
  'unsigned char',
  'short',
  'unsigned short',
  'int',
  'unsigned',
  'long',
  'unsigned long long',
  'u8',
  'u16',
  'u32',
  'u64',
  'enum e',
  'enum small',
  '_Bool',
]
const FLOATS = ['float', 'double']
const WIDTH = {
  char: 8,
  'signed char': 8,
  'unsigned char': 8,
  short: 16,
  'unsigned short': 16,
  int: 32,
  unsigned: 32,
  long: 64,
  'unsigned long long': 64,
  u8: 8,
  u16: 16,
  u32: 32,
  u64: 64,
  'enum e': 32,
  'enum small': 8,
  _Bool: 1,
}
const PRELUDE = `typedef unsigned char u8; typedef unsigned short u16; typedef unsigned int u32; typedef unsigned long long u64;
enum e { E0, E1 = 5, E2, EN = 1 << 4 }; enum small { S0, S1 = 200, S2 } __attribute__((packed));
`

export class Generator {
  constructor(seed) {
    this.below = randomFrom(seed)
    this.count = 0
    this.structs = []
    this.isPlain = false
  }
  one(...choices) {
    return choices[this.below(choices.length)]
  }
  chance(percent) {
    return this.below(100) < percent
  }

  // -- types

  struct(depth) {
    const kind = this.chance(25) ? 'union' : 'struct'
    const members = Array.from({ length: 1 + this.below(5) }, () => this.member(depth))
    const attribute = this.one(
      '',
      '',
      '',
      ' __attribute__((packed))',
      ' __attribute__((packed))',
      ' __attribute__((aligned(8)))',
      ' __attribute__((packed, aligned(4)))',
      ' __attribute__((packed)) __attribute__((aligned(2)))',
      ' __attribute__((aligned(2))) __attribute__(()) __attribute__((__packed__))',
    )
    return { kind, members, attribute, tag: `t${this.count++}` }
  }
  member(depth) {
    const name = `m${this.count++}`
    const attribute = this.chance(8)
      ? this.one(' __attribute__((packed))', ' __attribute__((aligned(4)))', ' __attribute__((aligned(16)))')
      : ''
    const pick = this.below(100)
    if (pick < 12 && depth < 3)
      return { name: this.chance(50) ? undefined : name, type: this.struct(depth + 1), attribute: '' }
    if (pick < 20 && depth < 3 && this.structs.length)
      return { name, type: this.one(...this.structs), attribute, named: true }
    if (pick < 40) {
      const base = this.one(...INTS.filter(each => each !== 'enum small'))
      const anonymous = this.chance(20)
      const width = anonymous && this.chance(40) ? 0 : 1 + this.below(WIDTH[base])
      return { name: anonymous ? undefined : name, type: base, width, attribute: '' }
    }
    if (pick < 60) {
      const element = this.chance(25) && this.structs.length ? this.one(...this.structs) : this.one(...INTS)
      const lengths = Array.from({ length: this.chance(15) ? 2 : 1 }, () => 1 + this.below(5))
      if (this.chance(4)) lengths[0] = 0
      return { name, type: element, lengths, attribute, named: true }
    }
    if (pick < 66) return { name, type: this.one(...FLOATS), attribute }
    if (pick < 70) return { name, type: 'void *', attribute, pointer: true }
    return { name, type: this.one(...INTS), attribute }
  }
  declare(member) {
    const { name = '', type, lengths = [], width, attribute, named } = member
    if (typeof type === 'string' && this.chance(5))
      return `__typeof__((${type})0) ${name}${lengths.map(n => `[${n}]`).join('')}${width === undefined ? '' : `: ${width}`}${attribute};`
    const base = typeof type === 'string' ? type : named ? `${type.kind} ${type.tag}` : this.body(type, '')
    return `${base} ${name}${lengths.map(n => `[${n}]`).join('')}${width === undefined ? '' : `: ${width}`}${attribute};`
  }
  body(struct, tag) {
    const inside = struct.members.map(each => this.declare(each)).join(' ')
    return `${struct.kind} ${tag}{ ${inside} }${struct.attribute}`
  }

  // -- expressions

  expression(depth = 0) {
    const pick = this.below(100)
    if (depth > 3 || pick < 45 || this.isPlain) return this.literal()
    const inner = () => this.expression(depth + 1)
    if (pick < 70)
      return `(${inner()} ${this.one('+', '-', '*', '|', '&', '^', '<', '>=', '==', '&&', '||')} ${inner()})`
    if (pick < 76) return `(${inner()} ${this.one('<<', '>>')} ${this.one('1', '3', '7', '31', '(2 + 3)', '12u')})`
    if (pick < 79) return `(${inner()} ${this.one('/', '%')} ${this.one('3', '7u', '-5', '1000ull')})`
    if (pick < 86) return `${this.one('-', '~', '!', '+')} ${inner()}`
    if (pick < 92) return `(${this.one(...INTS)})${inner()}`
    if (pick < 95) return `(${inner()} ? ${inner()} : ${inner()})`
    if (pick < 97) return this.measure()
    if (pick < 98) return this.builtin(this.plainly(inner))
    return `(${this.one('unsigned', 'long', 'int', 'u8')})(${this.real()} ${this.one('*', '+', '/', '-')} ${this.one('1024', '3', this.real())})`
  }
  real() {
    return this.one(
      '1.5',
      '0.1',
      '.25f',
      '1e3',
      '2.75',
      '0x1.8p4',
      '16777217.0f',
      '3.',
      '1e-2',
      '(double)7',
      '(float)0.3',
    )
  }
  builtin(argument) {
    return this.one(
      `__builtin_bswap16(${argument})`,
      `__builtin_bswap32(${argument})`,
      `__builtin_bswap64(${argument})`,
      `__builtin_popcount(${argument})`,
      `__builtin_ffsll(${argument})`,
      `__builtin_clz(${argument} | 1)`,
      `__builtin_constant_p(${argument})`,
      `__builtin_choose_expr(sizeof(${argument}) == 4, ${argument}, 5ull)`,
      `__builtin_types_compatible_p(__typeof__(${argument}), ${this.one('int', 'long', 'unsigned', 'u64')})`,
      `(__typeof__(${argument}))300`,
    )
  }
  literal() {
    const value = this.one(
      0,
      1,
      2,
      7,
      127,
      128,
      255,
      256,
      0x7fff,
      65535,
      65536,
      2 ** 31 - 1,
      2 ** 31,
      2 ** 32 - 1,
      2 ** 32,
      this.below(1 << 24),
    )
    const suffix = this.one('', '', '', 'u', 'l', 'ul', 'ULL', 'll')
    return this.one(
      `${value}${suffix}`,
      `0x${value.toString(16)}${suffix}`,
      `0${value.toString(8)}${suffix}`,
      `0b${value.toString(2)}`,
      `'${this.one('a', '\\n', '\\0', '\\x7f', '\\377', 'ab')}'`,
      this.one('E1', 'E2', 'EN', 'S1', 'S2'),
      `${this.below(300)}`,
    )
  }
  measure() {
    const struct = this.structs.length ? this.one(...this.structs) : undefined
    if (!struct) return `sizeof(${this.one(...INTS)})`
    const named = struct.members.filter(each => each.name && each.width === undefined)
    const type = `${struct.kind} ${struct.tag}`
    if (!named.length || this.chance(30)) return `sizeof(${type})`
    const member = this.one(...named).name
    return this.one(
      `__builtin_offsetof(${type}, ${member})`,
      `sizeof(((${type} *)0)->${member})`,
      `_Alignof(${type})`,
      `(unsigned long)&((${type} *)0)->${member}`,
    )
  }

  // -- initializers

  initializer(member, depth) {
    const { type, lengths = [] } = member
    if (lengths.length) return this.arrayInitializer(type, lengths, depth)
    if (member.pointer)
      return this.one('0', '(void *)0x1000', '(void *)-1', `(int *)0x${this.below(1 << 20).toString(16)} + 1`)
    if (FLOATS.includes(type)) return this.chance(60) ? this.real() : this.expression()
    if (typeof type === 'string') return this.chance(5) ? `{ ${this.expression()} }` : this.expression()
    if (this.chance(5) && type.named !== false && this.structs.includes(type))
      return `(${type.kind} ${type.tag})${this.plainly(() => this.structInitializer(type, depth))}`
    return this.structInitializer(type, depth)
  }
  /** In compound literals and arguments of builtins gcc takes what overflows for no constant, elsewhere it does not. */
  plainly(make) {
    const before = this.isPlain
    this.isPlain = true
    const text = make()
    this.isPlain = before
    return text
  }
  arrayInitializer(type, lengths, depth) {
    const [length, ...rest] = lengths
    if (!rest.length && /^(char|signed char|unsigned char|u8)$/.test(type) && this.chance(50)) {
      const text = JSON.stringify('abcdefgh'.slice(0, this.below(Math.min(8, (length ?? 4) + 2))))
      return this.one(text, text, `{ ${text} }`)
    }
    const element = { type, lengths: rest }
    const items = Array.from({ length: this.below((length ?? 3) + 1 + (this.chance(10) ? 1 : 0)) }, () => {
      const value = () => this.elided(element, depth)
      if (!length || !this.chance(35)) return value()
      const first = this.below(length)
      const last = first + this.below(length - first)
      const path = last > first && this.chance(60) ? `[${first} ... ${last}]` : `[${first}]`
      return this.designated(path, element, depth)
    })
    return `{ ${items.join(', ')} }`
  }
  /** `path = value`, sometimes going further down. */
  designated(path, member, depth) {
    const { type, lengths = [] } = member
    if (this.chance(25) && !lengths.length && typeof type !== 'string') {
      const named = this.reachable(type)
      if (named.length) {
        const next = this.one(...named)
        return this.designated(`${path}.${next.name}`, next, depth + 1)
      }
    }
    if (this.chance(25) && lengths.length && lengths[0])
      return this.designated(`${path}[${this.below(lengths[0])}]`, { type, lengths: lengths.slice(1) }, depth + 1)
    return `${path} = ${this.elided(member, depth)}`
  }
  /** A value, sometimes without the braces that C allows to leave out. */
  elided(member, depth) {
    const aggregate = typeof member.type !== 'string' || member.lengths?.length
    return aggregate && this.chance(20) ? this.expression() : this.initializer(member, depth + 1)
  }
  reachable(struct) {
    return struct.members.flatMap(each =>
      each.name ? [each] : typeof each.type === 'string' ? [] : this.reachable(each.type),
    )
  }
  structInitializer(struct, depth) {
    const positional = struct.members.filter(each => each.name || typeof each.type !== 'string')
    const limit = struct.kind === 'union' ? Math.min(1, positional.length) : positional.length
    if (this.chance(40)) {
      const values = positional.slice(0, limit).map(each => this.elided(each, depth))
      return `{ ${values.slice(0, this.below(values.length + 1) + (this.chance(5) ? 9 : 0)).join(', ')} }`
    }
    const named = this.reachable(struct)
    if (!named.length) return '{ }'
    const items = Array.from({ length: this.below(struct.kind === 'union' ? 3 : named.length + 2) }, () => {
      const member = this.one(...named)
      if (this.chance(8) && !member.lengths?.length) return `${member.name}: ${this.elided(member, depth)}`
      return this.designated(`.${member.name}`, member, depth) + (this.chance(20) ? `, ${this.expression()}` : '')
    })
    return `{ ${items.join(', ')} }`
  }

  file(objects) {
    let text = PRELUDE
    for (let i = 0; i < objects; i++) {
      if (this.chance(25)) text += `#pragma pack(${this.one('1', '2', '4', 'push, 1', 'push, 8', 'push', 'pop', '')})\n`
      const struct = this.struct(0)
      text += `${this.body(struct, `${struct.tag} `)};\n`
      this.structs.push(struct)
      const lengths = this.chance(30) ? [this.chance(50) ? undefined : 1 + this.below(4)] : []
      const type = `${struct.kind} ${struct.tag}`
      text += `${type} o${i}${lengths.map(n => `[${n ?? ''}]`).join('')} = ${lengths.length ? this.arrayInitializer(struct, lengths, 0) : this.structInitializer(struct, 0)};\n`
    }
    return text
  }
}
