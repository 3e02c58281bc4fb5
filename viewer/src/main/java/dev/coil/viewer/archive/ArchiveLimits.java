package dev.coil.viewer.archive;

/**
 * How much of the machine may be used to look into archives.
 *
 * @param entries how many an archive may have
 * @param directory how many bytes the directory of a zip may have
 * @param bytes how large an archive may be without its compression
 * @param kept how large all that are kept open may be together, with those that are being opened
 * @param remembered how many entries of archives are kept in memory
 */
public record ArchiveLimits(int entries, int directory, long bytes, long kept, int remembered) {

    /** What a node takes. */
    public static final ArchiveLimits STANDARD = new ArchiveLimits(250_000, 64 << 20, 4L << 30, 12L << 30, 500_000);
}
