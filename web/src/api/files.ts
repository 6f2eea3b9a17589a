/** Files on their way into the house. */
import { surroundings } from './client'
import { Refused, refusal } from './problem'

export interface PutFile {
  id: string
  size: number
  name: string
}

/** A photo larger than this is drawn anew, smaller, before it is sent. */
const LARGE = 8 * 1024 * 1024
/** The longer side of such a photo, in pixels. */
const LONG_SIDE = 4096

/** Media types that browsers leave out, by what names end with. */
const ENDINGS: Record<string, string> = { heic: 'image/heic', txt: 'text/plain', wav: 'audio/wav', m4a: 'audio/mp4' }

/** Puts a file into the house; a command names it by its `id`. */
export async function putFile(file: File): Promise<PutFile> {
  const content = await fitting(file)
  const ending = file.name.split('.').pop()?.toLowerCase() ?? ''
  const type = (content.type || ENDINGS[ending] || 'application/octet-stream').replace('audio/x-wav', 'audio/wav')
  const response = await fetch('/api/v1/blobs', {
    method: 'POST',
    headers: { 'Accept-Language': surroundings.language(), 'Content-Type': type },
    body: content,
  }).catch(() => null)
  if (!response) throw new Refused({ status: 0, code: 'link.down', title: '', detail: '' })
  if (!response.ok) {
    const refused = await refusal(response)
    if (refused.unauthenticated) surroundings.loggedOut()
    throw refused
  }
  const blob = (await response.json()) as { id: string; size: number }
  return { id: blob.id, size: blob.size, name: file.name }
}

/** A large photo, drawn smaller; anything else, and what this browser cannot draw, as it is. */
async function fitting(file: File): Promise<Blob> {
  if (file.size <= LARGE || !/^image\/(jpeg|png|webp)$/.test(file.type)) return file
  const picture = await createImageBitmap(file).catch(() => undefined)
  if (!picture) return file
  const scale = Math.min(1, LONG_SIDE / Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(picture.width * scale)
  canvas.height = Math.round(picture.height * scale)
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  const smaller = await new Promise<Blob | null>(done => canvas.toBlob(done, 'image/jpeg', 0.85))
  return smaller && smaller.size < file.size ? smaller : file
}
