/** Hands a text to the user as a file, through the download of the browser or the save dialog of the desktop. */
export function saveText(fileName: string, text: string): void {
  saveBlob(fileName, new Blob([text], { type: 'text/plain;charset=utf-8' }));
}

/** The same for bytes in base64; their number. */
export function saveBytes(fileName: string, base64: string, type: string): number {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  saveBlob(fileName, new Blob([bytes], { type }));
  return bytes.length;
}

function saveBlob(fileName: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The download reads the blob after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The same for bytes that came in pieces. */
export function savePieces(fileName: string, pieces: readonly Uint8Array<ArrayBuffer>[], type: string): void {
  saveBlob(fileName, new Blob([...pieces], { type }));
}
