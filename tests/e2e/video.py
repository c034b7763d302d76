"""What a camera sees: a film of a code, made when the test runs, because codes are signed and change."""

import subprocess
from pathlib import Path

from meetings.attendance.qr import qr_png

FILMING = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]


def film(text: str, folder: Path) -> str:
    """The flag that lets a browser's camera see `text` as a QR code, held still before a grey wall."""
    picture, video = folder / "code.png", folder / "code.mjpeg"
    picture.write_bytes(qr_png(text, module_pixels=10))
    frame = "scale=520:520:flags=neighbor,pad=1280:720:(ow-iw)/2:(oh-ih)/2:color=gray"
    command = ["ffmpeg", "-loglevel", "error", "-y", "-loop", "1", "-i", str(picture), "-t", "1", "-r", "10"]
    subprocess.run([*command, "-vf", frame, "-pix_fmt", "yuv420p", "-q:v", "4", str(video)], check=True)
    return f"--use-file-for-fake-video-capture={video}"
