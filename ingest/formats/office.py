"""Word 97 .doc and WPS .wps in, text out, through LibreOffice where it is installed."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from ingest.formats import UnreadableFile

SECONDS = 60
PROGRAMS = ("soffice", "libreoffice")


def to_docx(data: bytes, name: str) -> bytes:
    """The same document as .docx; UnreadableFile if LibreOffice is missing or fails."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    suffix = Path(name).suffix
    if program is None:
        raise UnreadableFile(
            f"读取 {suffix} 需要 LibreOffice，本机没有安装。请安装它，或用 Word/WPS 另存为 .docx 后再试。"
        )
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, f"document{suffix}")
        source.write_bytes(data)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = [
            program,
            "--headless",
            "--norestore",
            profile,
            "--convert-to",
            "docx",
            "--outdir",
            folder,
            str(source),
        ]
        try:
            subprocess.run(command, timeout=SECONDS, capture_output=True, check=True, start_new_session=True)
            return Path(folder, "document.docx").read_bytes()
        except (subprocess.SubprocessError, FileNotFoundError):
            raise UnreadableFile(
                f"LibreOffice 未能转换这个 {suffix} 文件。请用 Word 或 WPS 另存为 .docx 后再试。"
            ) from None
