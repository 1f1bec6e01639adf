/** Saves what the chart shows as a picture. */
export function savePicture(canvas: HTMLCanvasElement, symbol: string): void {
  canvas.toBlob((blob) => {
    if (blob === null) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${symbol.replace("/", "-")} ${new Date().toISOString().slice(0, 16).replace(":", "")}.png`;
    link.click();
    URL.revokeObjectURL(link.href);
  });
}
