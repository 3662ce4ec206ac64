// One line a type and its extensions; a type that ends in / or - is completed by the extension. The types are those that OSS's
// other SDKs agree on; where they differ, the one that is registered or that browsers want.
const table = `
application/ json oda ogg pdf wasm zip
application/atom+xml atom
application/epub+zip epub
application/manifest+json webmanifest
application/msword doc dot
application/pkcs7-mime p7c
application/postscript ai eps ps
application/rdf+xml rdf
application/vnd.android.package-archive apk
application/vnd.apple.mpegurl m3u m3u8
application/vnd.mif mif
application/vnd.ms-excel xls
application/vnd.ms-excel.addin.macroEnabled.12 xlam
application/vnd.ms-excel.sheet.binary.macroEnabled.12 xlsb
application/vnd.ms-powerpoint pps ppt
application/vnd.oasis.opendocument.presentation odp
application/vnd.oasis.opendocument.spreadsheet ods
application/vnd.oasis.opendocument.text odt
application/vnd.openxmlformats-officedocument.presentationml.presentation pptx
application/vnd.openxmlformats-officedocument.presentationml.slide sldx
application/vnd.openxmlformats-officedocument.presentationml.slideshow ppsx
application/vnd.openxmlformats-officedocument.presentationml.template potx
application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx
application/vnd.openxmlformats-officedocument.spreadsheetml.template xltx
application/vnd.openxmlformats-officedocument.wordprocessingml.document docx
application/vnd.openxmlformats-officedocument.wordprocessingml.template dotx
application/x- bcpio cpio csh dvi gtar hdf latex sh shar sv4cpio sv4crc tar tcl tex texinfo ustar
application/x-bzip2 bz2
application/x-gzip gz
application/x-netcdf cdf nc
application/x-pkcs12 p12 pfx
application/x-shockwave-flash swf
application/x-tar taz tgz
application/x-texinfo texi
application/x-troff roff t tr
application/x-troff-man man
application/x-troff-me me
application/x-troff-ms ms
application/x-wais-source src
application/xhtml+xml xhtml
application/xml xsl
audio/ aac midi opus
audio/3gpp2 3g2
audio/basic au snd
audio/midi mid
audio/mpeg mp2 mp3
audio/x- aiff wav
audio/x-aiff aif aifc
audio/x-ms-wma wma
audio/x-pn-realaudio ra ram
image/ avif bmp gif heic heif ief jpeg png tiff webp
image/jpeg jpe jpg
image/svg+xml svg
image/tiff tif
image/vnd.microsoft.icon ico
image/x- rgb
image/x-cmu-raster ras
image/x-portable-anymap pnm
image/x-portable-bitmap pbm
image/x-portable-graymap pgm
image/x-portable-pixmap ppm
image/x-xbitmap xbm
image/x-xpixmap xpm
image/x-xwindowdump xwd
message/rfc822 eml mht mhtml nws
text/ css csv html rtf sgml vtt xml
text/calendar ics
text/html htm
text/javascript js mjs
text/plain c h log txt
text/richtext rtx
text/sgml sgm
text/tab-separated-values tsv
text/x-setext etx
text/x-vcard vcf
video/ mp4 mpeg webm
video/3gpp 3gp
video/mpeg mpa mpe mpg
video/quicktime mov qt
video/x- flv m4v
video/x-ms-wmv wmv
video/x-msvideo avi
video/x-sgi-movie movie`

/** What `contentTypeOf` returns. */
export const findContentType = (name: string): string | undefined => {
  const extension = /\.([a-z\d]+)$/i.exec(name)?.[1]?.toLowerCase()
  const type = extension && new RegExp(`^(\\S+) .*\\b${extension}\\b`, 'm').exec(table)?.[1]
  return type?.replace(/[/-]$/, `$&${extension}`)
}

/** That, or what OSS itself would store. */
export const guessContentType = (name: string): string => findContentType(name) ?? 'application/octet-stream'
