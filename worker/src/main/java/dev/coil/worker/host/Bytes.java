package dev.coil.worker.host;

/** Says how much something is, as {@code 10 GiB} or {@code 1.5 MiB}. */
public final class Bytes {

    private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB"};

    private Bytes() {}

    public static String text(long bytes) {
        int unit = 0;
        double amount = bytes;
        while (amount >= 1024 && unit < UNITS.length - 1) {
            amount /= 1024;
            unit++;
        }
        return Double.toString(Math.round(amount * 10) / 10.0).replaceAll("\\.0$", "") + " " + UNITS[unit];
    }
}
