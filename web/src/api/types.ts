/** The server's nouns, from its own description. */
import type { components, paths } from './schema'

type Schemas = components['schemas']

export type Area = Schemas['Area']
export type CaseChange = Schemas['CaseChange']
export type CaseDetail = Schemas['CaseDetail']
export type CaseLine = Schemas['CaseLine']
export type Category = Schemas['Category']
export type CommandOutcome = Schemas['CommandOutcome']
export type Derivation = Schemas['Derivation']
export type Holding = Schemas['Holding']
export type HouseInfo = Schemas['HouseInfo']
export type CaseBehind = Schemas['CasesBehind']['items'][number]
export type Move = Schemas['Move']
export type NewAppeal = Schemas['NewAppeal']
export type Readout = Schemas['Readout']
export type Recorded = Schemas['Recorded']
export type SessionInfo = Schemas['SessionInfo']
export type StaffName = Schemas['StaffName']
export type Suggestion = Schemas['Suggestion']
export type Unit = Schemas['Unit']
export type Warning = Schemas['Warning']
/** A word of the field, in both languages. */
export type Word = Schemas['Named']

/** The paths that can be read, and what they answer. */
export type Readable = { [P in keyof paths]: Json<paths[P]['get']> extends never ? never : P }[keyof paths]
export type Answer<P extends keyof paths> = Json<paths[P]['get']>

type Json<O> = O extends { responses: { 200: { content: { 'application/json': infer T } } } } ? T : never
