import { SourceError } from '@oss-js/core'

type Mode = 'read' | 'readwrite'
type Permission = (options: { mode: Mode }) => Promise<PermissionState>

/** What handles have where a page can keep them. */
interface PermittedHandle extends FileSystemFileHandle {
  queryPermission?: Permission
  requestPermission?: Permission
}

/** The file of a handle. A handle that was kept is asked for anew: the user may have to allow it once more. */
export async function readableFile(handle: FileSystemFileHandle): Promise<File> {
  if (!(await isPermitted(handle, 'read'))) {
    throw new SourceError(`${handle.name} may not be read: allow it, or pick the file again`)
  }
  try {
    return await handle.getFile()
  } catch (cause) {
    throw new SourceError(`${handle.name} cannot be read any more: it was moved or deleted; pick it again`, { cause })
  }
}

/** Whether the user allows it, who is asked if that is not known. */
export async function isPermitted(handle: PermittedHandle, mode: Mode): Promise<boolean> {
  const known = (await handle.queryPermission?.({ mode })) ?? 'granted'
  if (known !== 'prompt') return known === 'granted'
  // A browser refuses to ask outside of a click.
  return (await handle.requestPermission?.({ mode }).catch(() => 'denied')) === 'granted'
}
